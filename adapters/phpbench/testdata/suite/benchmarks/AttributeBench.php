<?php

declare(strict_types=1);

namespace Acme\Benchmark;

use Acme\Hasher;
use PhpBench\Attributes as Bench;
use PhpBench\Attributes\Revs;

#[Bench\Groups(['attr'])]
#[Bench\BeforeMethods('setUp')]
#[Bench\Iterations(7)]
class AttributeBench
{
    private ?Hasher $hasher = null;
    public int $calls = 0;

    public function setUp(array $parameters): void
    {
        $this->hasher = new Hasher('md5');
    }

    public function warm(): void
    {
        ++$this->calls;
    }

    public function after(): void
    {
        if ($this->calls === 0) {
            throw new \LogicException('the before method did not run');
        }
    }

    /**
     * The plain one.
     */
    #[Revs(Hasher::ROUNDS)]
    public function benchPlain(): void
    {
        $this->hasher->hash('text');
    }

    #[Bench\BeforeMethods(['warm'])]
    #[Bench\AfterMethods(methods: 'after')]
    #[Bench\Groups(['second'])]
    #[Bench\Revs(revs: [1])]
    #[Bench\Assert('mode(variant.time.avg) < 1 second')]
    #[Bench\Assert('variant.mem.peak < 20mb')]
    #[Bench\Sleep(1000)]
    public function benchOrder(): void
    {
        if ($this->calls === 0) {
            throw new \LogicException('the before method did not run');
        }
    }

    #[Bench\ParamProviders(['sizes'])]
    public function benchSizes(array $parameters): array
    {
        return range(1, $parameters['size']);
    }

    public static function sizes(): \Generator
    {
        yield 'ten' => ['size' => 10];
        yield '日本' => ['size' => 20];
    }

    #[Bench\Subject]
    #[Bench\ParamProviders('\Acme\Benchmark\providedByFunction')]
    public function functions(array $parameters): int
    {
        return $parameters['n'] * 2;
    }

    #[Bench\Skip]
    public function benchSkippedToo(): void
    {
    }
}

function providedByFunction(): array
{
    return ['one' => ['n' => 1]];
}
