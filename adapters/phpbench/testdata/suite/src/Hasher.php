<?php

namespace Acme;

class Hasher
{
    const ROUNDS = 100;

    public $algorithm;

    public function __construct($algorithm)
    {
        $this->algorithm = $algorithm;
    }

    public function hash($text)
    {
        return hash($this->algorithm, $text);
    }
}
