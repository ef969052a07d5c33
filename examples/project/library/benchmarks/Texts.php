<?php

namespace Tally\Benchmarks;

/** Texts are what the benchmarks count. */
trait Texts
{
    /** @return iterable<string, array<string, mixed>> */
    public function provideTexts(): iterable
    {
        yield 'short' => ['text' => 'to be or not to be'];
        yield 'long text' => ['text' => self::repeated(100)];
    }

    private static function repeated(int $times): string
    {
        return rtrim(str_repeat('the quick brown fox jumps over the lazy dog ', $times));
    }

    /**
     * What every class with texts measures.
     *
     * @Groups({"texts"}, extend=true)
     */
    public function benchSplit(): void
    {
        explode(' ', 'to be or not to be');
    }
}
