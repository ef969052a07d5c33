<?php

namespace Acme\Benchmark;

/**
 * @BeforeMethods({"prepare"})
 * @Revs(10)
 */
abstract class AbstractBench
{
    protected $text = 'abc';

    public function prepare()
    {
        $this->text = str_repeat('abc', 10);
    }

    /**
     * What every child measures.
     *
     * @Warmup(3)
     */
    public function benchInherited()
    {
        return strlen($this->text);
    }
}
