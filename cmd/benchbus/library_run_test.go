package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The benchmarks of the example, on PHP 8.
var libraryBenchmarks = []string{
	"signature.key", "signature.sign.strong-hundred", "signature.sign.strong-none", "signature.sign.weak-hundred", "signature.sign.weak-none",
	"signature.sum", "words.count-a-file", "words.count.long-text", "words.count.short", "words.split", "empty-text",
}

func TestRevisionsOfALibrary(t *testing.T) {
	l := newLibrary(t)
	code, result, stderr := l.measure("--project=.", "--rev=base", "--rev=main", "--php-version=84,82")
	require.Zero(t, code, stderr)
	var want []string
	for _, benchmark := range libraryBenchmarks {
		for _, runtime := range []string{"php84", "php82"} {
			for _, source := range []string{"base", "main"} {
				want = append(want, benchmark+" "+runtime+" "+source)
			}
		}
	}
	require.ElementsMatch(t, want, result.cells())
	require.Equal(t, len(libraryBenchmarks), result.Run.Done)
	revisions := map[string]string{"base": l.git("rev-parse", "base"), "main": l.git("rev-parse", "main")}
	for _, c := range result.Cells {
		require.Len(t, c.Samples, 1)
		require.Equal(t, revisions[c.SourceName], c.Revision)
	}
	require.Contains(t, stderr, "benchbus: base ("+revisions["base"][:12]+"): ")
	require.Contains(t, stderr, "benchbus: main ("+revisions["main"][:12]+"): ")
	require.Contains(t, stderr, "of the suite's budgets 10 met, 0 exceeded", "five, on two runtimes")

	code, stdout, stderr := l.run("report", "last")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "Sources, relative to the baseline")
	require.Contains(t, stdout, "Sources: base at "+revisions["base"][:7]+", main at "+revisions["main"][:7])
	require.Regexp(t, `benchKey +php84 +base +1\.000× +reference`, stdout)
}

func TestAPHPThatKnowsNoAttributes(t *testing.T) {
	l := newLibrary(t)
	code, result, stderr := l.measure("--rev=base..main", "--php-version=74", "--test=signature.sum,empty-text")
	require.Zero(t, code, stderr)
	require.ElementsMatch(t, []string{"signature.sum php74 base", "signature.sum php74 main", "empty-text php74 base", "empty-text php74 main"}, result.cells())
	require.Contains(t, stderr, "left out: benchmarks/WordsBench.php: PHP 7.4.33 has no attributes")
	code, _, stderr = l.measure("--rev=base..main", "--php-version=74", "--test=words.split")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "left out: benchmarks/WordsBench.php")
	require.Contains(t, stderr, "words.split")
}

// hooksBench tells of each call of a hook, with the rounds of the revision that it runs on.
const hooksBench = `<?php

namespace Tally\Benchmarks;

/**
 * @BeforeClassMethods("before")
 * @AfterClassMethods("after")
 * @BeforeMethods("sample")
 */
class HooksBench
{
    public static function before(): void
    {
        file_put_contents('made.txt', getcwd());
        self::tell('before');
    }

    public static function after(): void
    {
        self::tell('after');
    }

    public function sample(): void
    {
        self::tell('sample');
    }

    /** @Assert("variant.mem.peak < 1 bytes") */
    public function benchNothing(): void
    {
    }

    private static function tell(string $what): void
    {
        preg_match('/ROUNDS = (\d+)/', file_get_contents('src/Key.php'), $rounds);
        if (file_get_contents('made.txt') !== getcwd()) {
            $what = 'lost';
        }
        file_put_contents('LOG', "$what $rounds[1]\n", FILE_APPEND);
    }
}
`

// Code for a whole class runs once in each iteration of a variant, in a folder that the
// samples share. The benchmark comes from the working tree, and runs on the tag as well.
func TestHooksOfAClass(t *testing.T) {
	l := newLibrary(t)
	l.prepare()
	log := filepath.Join(t.TempDir(), "log")
	l.write("benchmarks/HooksBench.php", strings.ReplaceAll(hooksBench, "LOG", log))
	code, result, stderr := l.measure("hooks.nothing", "--rev=base", "--rev=.", "--php-version=84", "--iterations=3", "--samples=2")
	require.Equal(t, exitRegression, code, stderr)
	require.Contains(t, stderr, "budget exceeded: HooksBench::benchNothing on php84: variant.mem.peak < 1 bytes")
	require.Contains(t, stderr, "of the suite's budgets 0 met, 1 exceeded")
	require.Contains(t, stderr, "benchbus: working-tree ("+l.git("rev-parse", "--short=12", "HEAD")+" and what is not committed): ")
	require.ElementsMatch(t, []string{"hooks.nothing php84 base", "hooks.nothing php84 working-tree"}, result.cells())

	text, err := os.ReadFile(log)
	require.NoError(t, err)
	calls := map[string]int{}
	for line := range strings.Lines(string(text)) {
		calls[strings.TrimSpace(line)]++
	}
	for _, rounds := range []string{"1000", "1080"} {
		for _, hook := range []string{"before ", "after "} {
			require.Equal(t, 3, calls[hook+rounds], "%v", calls)
		}
		require.GreaterOrEqual(t, calls["sample "+rounds], 6, "%v", calls)
	}
	require.Len(t, calls, 6, "%v", calls)
}

// Instructions are exact: a revision that does 8 % more executes as many more, and one
// that does the same executes not one more.
func TestInstructionsOfRevisions(t *testing.T) {
	l := newLibrary(t)
	tests := []string{"signature.key", "signature.sign.weak-hundred", "words.count.short"}
	code, result, stderr := l.measure("--test="+strings.Join(tests, ","), "--rev=base^", "--rev=base", "--rev=main", "--php-version=84", "--clock=instructions")
	require.Zero(t, code, stderr)
	counts := map[string]float64{}
	for _, c := range result.Cells {
		require.Len(t, c.Samples, 1)
		require.Positive(t, c.Samples[0].Counted)
		counts[c.Benchmark+" "+c.SourceName] = float64(c.Samples[0].Instructions) / float64(c.Samples[0].Counted)
	}
	require.Len(t, counts, 9)
	for _, test := range tests {
		require.Equal(t, counts[test+" base^"], counts[test+" base"], test)
	}
	more := func(test string) float64 { return counts[test+" main"] - counts[test+" base"] }
	require.Zero(t, more("words.count.short"))
	require.InDelta(t, 1.08, counts["signature.key main"]/counts["signature.key base"], 0.001, "the rounds are nearly all of it")
	require.InEpsilon(t, more("signature.key"), more("signature.sign.weak-hundred"), 0.005, "80 rounds, whatever else is done")
	require.Less(t, counts["signature.sign.weak-hundred main"]/counts["signature.sign.weak-hundred base"], 1.06)
	require.Equal(t, 3, result.Run.Done, fmt.Sprint(slices.Sorted(slices.Values(result.cells()))))
}
