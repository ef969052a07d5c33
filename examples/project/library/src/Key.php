<?php

declare(strict_types=1);

namespace Tally;

/** Key is derived from a password in many rounds, to make guessing slow. */
final class Key
{
    private const ROUNDS = 1000;

    public static function derive(string $password): int
    {
        $key = crc32($password) % 65521;
        for ($round = 0; $round < self::ROUNDS; ++$round) {
            $key = ($key * 31 + $round) % 65521;
        }
        return $key;
    }
}
