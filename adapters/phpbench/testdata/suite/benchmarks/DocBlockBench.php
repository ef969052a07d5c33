<?php

namespace Acme\Benchmark;

use Acme\Hasher;
use Acme\Shared;

/**
 * Mail someone@Revs(3) about it.
 *
 * @Groups({"doc", "all"})
 * @BeforeClassMethods("setUpClass")
 * @AfterClassMethods({"tearDownClass"})
 * @RetryThreshold(5.0)
 * @OutputTimeUnit("milliseconds", precision=3)
 */
class DocBlockBench extends AbstractBench
{
    use Shared;

    private $hasher;

    public static function setUpClass()
    {
        file_put_contents('made.txt', 'made');
    }

    public static function tearDownClass()
    {
        unlink('made.txt');
    }

    public function makeHasher($parameters)
    {
        $this->hasher = new Hasher(isset($parameters['algorithm']) ? $parameters['algorithm'] : 'md5');
    }

    public function check()
    {
        if (!$this->hasher) {
            throw new \LogicException('there is no hasher');
        }
    }

    /**
     * Hashes a text of a given length. It is the main thing.
     *
     * @BeforeMethods({"makeHasher"}, extend=true)
     * @AfterMethods("check")
     * @ParamProviders({"provideAlgorithms", "provideTexts"})
     * @Revs({10, 100})
     * @Iterations(3)
     * @Warmup(2)
     * @Timeout(10.0)
     * @Assert("mode(variant.time.avg) <= 10 ms +/- 5%")
     */
    public function benchHash($parameters)
    {
        return $this->hasher->hash($parameters['text']);
    }

    public function provideAlgorithms()
    {
        return array('md5' => array('algorithm' => 'md5'), 'sha 1' => array('algorithm' => 'sha1'));
    }

    public function provideTexts()
    {
        yield 'short' => array('text' => "a'b\\c");
        yield 'long' => array('text' => str_repeat('x', 100));
    }

    /**
     * @Subject()
     * @Groups({"other"})
     * @ParamProviders("provideHashers")
     */
    public function measureThis($parameters)
    {
        return $parameters['hasher']->hash('x');
    }

    public function provideHashers()
    {
        return array(array('hasher' => new Hasher('crc32b')));
    }

    /**
     * @Skip
     */
    public function benchSkipped()
    {
    }

    public function helper()
    {
    }
}
