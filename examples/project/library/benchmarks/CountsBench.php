<?php

namespace Tally\Benchmarks;

use Tally\Words;

/**
 * What benchmarks of counts have in common.
 *
 * @BeforeMethods({"count"})
 * @RetryThreshold(3.0)
 */
abstract class CountsBench
{
    /** @var array<string, int> */
    protected $counts = [];

    public function count(): void
    {
        $this->counts = Words::count('to be or not to be');
    }

    /**
     * What every child measures.
     *
     * @Warmup(3)
     */
    public function benchSum(): void
    {
        array_sum($this->counts);
    }
}
