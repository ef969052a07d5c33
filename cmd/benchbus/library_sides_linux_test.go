package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// newsBench measures a class that main alone has.
const newsBench = `<?php

namespace Tally\Benchmarks;

class NewsBench
{
    public function benchNew(): void
    {
        \Tally\News::read();
    }
}
`

// main has a benchmark that base lacks, with the class that it measures.
func TestASubjectOnOneSideOnly(t *testing.T) {
	l := newLibrary(t)
	l.write("src/News.php", "<?php\nnamespace Tally;\nclass News { public static function read(): void {} }\n")
	l.write("benchmarks/NewsBench.php", newsBench)
	l.commit()
	sides := []string{"--rev=base", "--rev=main", "--php-version=84", "--test=news.new,signature.sum"}

	code, result, stderr := l.measure(sides...)
	require.Equal(t, exitSomeFailed, code, "base has no such class\n%s", stderr)
	require.ElementsMatch(t, []string{"news.new php84 base", "news.new php84 main", "signature.sum php84 base", "signature.sum php84 main"}, result.cells())
	for _, c := range result.Cells {
		require.Equal(t, c.Benchmark == "news.new" && c.SourceName == "base", len(c.Samples) == 0, c)
	}

	code, result, stderr = l.measure(append(sides, "--bench-from=each")...)
	require.Zero(t, code, stderr)
	require.ElementsMatch(t, []string{"news.new php84 main", "signature.sum php84 base", "signature.sum php84 main"}, result.cells())
	require.Contains(t, stderr, "left out: news.new")

	code, result, stderr = l.measure("--rev=base", "--rev=main", "--php-version=84", "--test=signature.sum", "--bench-from=base")
	require.Zero(t, code, stderr)
	require.ElementsMatch(t, []string{"signature.sum php84 base", "signature.sum php84 main"}, result.cells())
	require.Contains(t, stderr, "left out, since only main has them: NewsBench::benchNew")
	l.refuses(exitUsage, "news.new", "--rev=base", "--rev=main", "--test=news.new", "--bench-from=base")
}

// The library is a folder of a repository that holds more.
func TestAProjectInARepository(t *testing.T) {
	l := newLibrary(t)
	require.NoError(t, os.MkdirAll("packages/tally", 0o755))
	for _, name := range []string{"src", "benchmarks", "autoload.php", "composer.json", "phpbench.json"} {
		l.git("mv", name, "packages/tally/"+name)
	}
	l.write("other/secret.php", "<?php exit(1);")
	l.commit()
	code, result, stderr := l.measure("--project=packages/tally", "--rev=main", "--php-version=84", "--test=signature.sum")
	require.Zero(t, code, stderr)
	require.Equal(t, []string{"signature.sum php84 main"}, result.cells())
	l.refuses(exitUsage, "base has no folder packages/tally; name a revision that has it", "--project=packages/tally", "--rev=base..main")
}

// The disk that sources are unpacked to is full. Then the run ends with the reason.
func TestAFullDiskOfSources(t *testing.T) {
	dir, _ := fullDisk(t)
	l := newLibrary(t)
	code, stdout, stderr := l.run(measureArgs("--rev=main", "--php-version=84", "--test=signature.sum", "--source-cache", dir)...)
	require.Equal(t, exitUnavailable, code, stdout+stderr)
	require.Contains(t, stderr, "no space left on device")
	require.Contains(t, stderr, "go on with: benchbus resume")
	l.untouched()
}

// composer makes vendor/ as README.md of the example says, without a network.
func TestALibraryPreparedByComposer(t *testing.T) {
	l := newLibrary(t)
	if _, err := exec.LookPath("composer"); err != nil {
		t.Setenv("PATH", os.Getenv("BENCHBUS_RUNTIMES_DIR")+"/composer/bin:"+os.Getenv("PATH"))
	}
	code, stdout, stderr := l.run("run", "signature.sum", "--rev=base", "--rev=main", "--php-version=84", "--iterations=1", "--samples=1")
	require.Zero(t, code, stderr)
	require.Contains(t, stderr, "preparing base: composer install")
	require.Contains(t, stdout, "Sources: base at ")
	l.untouched()
}
