<?php

namespace Tally\Benchmarks;

use Tally\Key;
use Tally\Signature;

/**
 * Doc blocks, which every PHP reads.
 *
 * @Groups({"signatures"})
 * @OutputTimeUnit("microseconds", precision=2)
 */
class SignatureBench extends CountsBench
{
    /** @var string */
    private $signature = '';

    /**
     * Nothing but the rounds.
     *
     * @Revs(100)
     * @Iterations(5)
     * @Assert("mode(variant.time.avg) < 1 second")
     */
    public function benchKey(): void
    {
        Key::derive('secret');
    }

    /**
     * The key, and a few words.
     *
     * @AfterMethods({"check"})
     * @ParamProviders({"providePasswords", "provideCounts"})
     * @Groups({"parameters"}, extend=true)
     * @Revs({10, 100})
     * @Warmup(2)
     * @Timeout(10.0)
     *
     * @param array<string, mixed> $parameters
     */
    public function benchSign(array $parameters): void
    {
        $this->signature = Signature::of($parameters['counts'], $parameters['password']);
    }

    public function check(): void
    {
        if ($this->signature === '') {
            throw new \LogicException('nothing was signed');
        }
    }

    /** @return iterable<string, array<string, mixed>> */
    public function providePasswords(): iterable
    {
        yield 'weak' => ['password' => '12345'];
        yield 'strong' => ['password' => str_repeat('correct horse battery staple ', 10)];
    }

    /** @return iterable<string, array<string, mixed>> */
    public function provideCounts(): iterable
    {
        yield 'none' => ['counts' => []];
        yield 'hundred' => ['counts' => array_fill(0, 100, 1)];
    }

    /**
     * @Skip
     */
    public function benchSlowly(): void
    {
        sleep(1);
    }
}
