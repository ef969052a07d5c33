<?php

declare(strict_types=1);

namespace Tally;

/** Signature protects counts with a key. */
final class Signature
{
    /** @param array<string, int> $counts */
    public static function of(array $counts, string $password): string
    {
        $sum = Key::derive($password);
        foreach ($counts as $word => $count) {
            $sum = ($sum * 31 + strlen((string) $word) + $count) % 65521;
        }
        return dechex($sum);
    }
}
