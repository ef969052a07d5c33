<?php

declare(strict_types=1);

namespace Tally\Benchmarks;

use PhpBench\Attributes as Bench;
use Tally\Words;

// Attributes, which PHP 8 reads.
#[Bench\Groups(['words'])]
#[Bench\BeforeClassMethods('writeText')]
#[Bench\AfterClassMethods('removeText')]
#[Bench\Iterations(5)]
class WordsBench
{
    use Texts;

    private string $text = '';

    public static function writeText(): void
    {
        file_put_contents('text.txt', self::repeated(10));
    }

    public static function removeText(): void
    {
        if (!unlink('text.txt')) {
            throw new \LogicException('the text is not there any more');
        }
    }

    #[Bench\ParamProviders('provideTexts')]
    #[Bench\Revs(50)]
    #[Bench\Assert('mode(variant.time.avg) < 1 second')]
    #[Bench\Assert('mean(variant.time.avg) < mean(baseline.time.avg) +/- 300%')]
    public function benchCount(array $parameters): void
    {
        Words::count($parameters['text']);
    }

    #[Bench\Subject]
    #[Bench\BeforeMethods('readText')]
    #[Bench\AfterMethods('forgetText')]
    #[Bench\Warmup(1)]
    #[Bench\Sleep(100)]
    #[Bench\OutputTimeUnit('milliseconds')]
    public function countAFile(): void
    {
        Words::count($this->text);
    }

    public function readText(): void
    {
        $this->text = (string) file_get_contents('text.txt');
        if ($this->text === '') {
            throw new \LogicException('the text was not written');
        }
    }

    public function forgetText(): void
    {
        $this->text = '';
    }

    #[Bench\Skip]
    public function benchNothing(): void
    {
    }
}
