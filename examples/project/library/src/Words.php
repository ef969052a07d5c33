<?php

declare(strict_types=1);

namespace Tally;

/** Words counts how often each word of a text stands there. */
final class Words
{
    /** @return array<string, int> the words in the order in which they first stand there */
    public static function count(string $text): array
    {
        $counts = [];
        foreach (explode(' ', $text) as $word) {
            $counts[$word] = ($counts[$word] ?? 0) + 1;
        }
        return $counts;
    }
}
