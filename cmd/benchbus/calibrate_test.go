package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
)

// calibrated runs calibrate over the catalogue, on one PHP and with short batches.
func (c *cli) calibrated(more ...string) (code int, outcomes map[string]printedCalibration, stderr string) {
	c.Helper()
	code, stdout, stderr := c.run(append([]string{"calibrate", "--catalog", c.catalog, "--php-version=php84", "--batch-time=2ms", "--format=json",
		"--cores-dir", c.TempDir()}, more...)...)
	var printed struct {
		Schema       string
		Calibrations []printedCalibration
	}
	if stdout != "" {
		require.NoError(c, json.Unmarshal([]byte(stdout), &printed), stdout)
		require.Equal(c, "benchbus.calibrations.v1", printed.Schema)
	}
	outcomes = map[string]printedCalibration{}
	for _, p := range printed.Calibrations {
		outcomes[p.Benchmark] = p
	}
	return code, outcomes, stderr
}

// definition reads a file of the catalogue.
func (c *cli) definition(slug string) string {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(c.catalog, slug+".yaml"))
	require.NoError(c, err)
	return string(text)
}

func TestCalibrate(t *testing.T) {
	c := newCLI(t)
	c.define("counted", "# as measured\nrevolutions: 1 # few\nwarmup: 0\ncode: $a = 1;")
	c.define("open", "group: g\n# why\ncode: |\n  for ($i = 0; $i < 1000; ++$i) { $a = $i; }")
	require.NoError(t, os.Chmod(filepath.Join(c.catalog, "open.yaml"), 0o640))
	counted, open := c.definition("counted"), c.definition("open")

	code, outcomes, stderr := c.calibrated("--dry-run")
	require.Zero(t, code, stderr)
	require.Equal(t, outcomePlanned, outcomes["counted"].Outcome)
	require.Equal(t, 1, outcomes["counted"].RevolutionsBefore)
	require.Greater(t, outcomes["counted"].Revolutions, outcomes["open"].Revolutions)
	require.Equal(t, counted, c.definition("counted"), "nothing is written")
	require.Equal(t, open, c.definition("open"))

	code, outcomes, stderr = c.calibrated()
	require.Zero(t, code, stderr)
	require.Equal(t, outcomeWritten, outcomes["open"].Outcome)
	require.Equal(t, filepath.Join(c.catalog, "open.yaml"), outcomes["open"].File)
	files, err := catalog.OpenFiles([]string{c.catalog}, nil)
	require.NoError(t, err)
	for _, file := range files {
		warmup, revolutions := file.Counts()
		require.Equal(t, []int{outcomes[file.Benchmark.Slug].Warmup, outcomes[file.Benchmark.Slug].Revolutions}, []int{warmup, revolutions})
	}
	require.Contains(t, c.definition("counted"), " # few\n")
	lines := strings.Split(c.definition("open"), "\n")
	require.Equal(t, open, strings.Join(append(lines[:5:5], lines[7:]...), "\n"), "two lines are new, above the comment of the code")
	info, err := os.Stat(filepath.Join(c.catalog, "open.yaml"))
	require.NoError(t, err)
	require.EqualValues(t, 0o640, info.Mode().Perm())
	entries, err := os.ReadDir(c.catalog)
	require.NoError(t, err)
	require.Len(t, entries, 2, "nothing else is left in the folder")

	code, outcomes, _ = c.calibrated("counted")
	require.Zero(t, code)
	require.Len(t, outcomes, 1)
}

func TestWhatIsNotCalibrated(t *testing.T) {
	c := newCLI(t)
	c.define("broken", "code: this is not PHP")
	c.define("sets", "parameters: {n: [1, 2]}\ncode: $a = $n;")
	c.define("fine", "code: $a = 1;")
	elsewhere := filepath.Join(t.TempDir(), "x.yaml")
	require.NoError(t, os.WriteFile(elsewhere, []byte("slug: linked\nname: Linked\ncategory: tests\nphpVersions: [php84]\ncode: $a = 1;\n"), 0o644))
	require.NoError(t, os.Symlink(elsewhere, filepath.Join(c.catalog, "linked.yaml")))
	c.define("within", "code: $a = 2;")
	require.NoError(t, os.Mkdir(filepath.Join(c.catalog, ".kept"), 0o755))
	require.NoError(t, os.Rename(filepath.Join(c.catalog, "within.yaml"), filepath.Join(c.catalog, ".kept", "within.yaml")))
	require.NoError(t, os.Symlink(filepath.Join(".kept", "within.yaml"), filepath.Join(c.catalog, "within.yaml")))
	c.define("older", "phpVersions: [php56]\ncode: $a = 1;")
	older := strings.Replace(c.definition("older"), "phpVersions: [php74, php82, php84]\n", "", 1)
	require.NoError(t, os.WriteFile(filepath.Join(c.catalog, "older.yaml"), []byte(older), 0o644))
	before := map[string]string{}
	for _, slug := range []string{"broken", "sets", "linked", "older"} {
		before[slug] = c.definition(slug)
	}

	code, outcomes, stderr := c.calibrated()
	require.Equal(t, exitSomeFailed, code, stderr)
	require.Contains(t, stderr, "3 files of 6 failed")
	check := func(slug, outcome, problem string) {
		t.Helper()
		require.Equal(t, outcome, outcomes[slug].Outcome)
		require.Contains(t, outcomes[slug].Problem, problem)
		require.Contains(t, stderr, filepath.Join(c.catalog, slug+".yaml")+": "+outcomes[slug].Problem)
		require.Equal(t, before[slug], c.definition(slug))
	}
	check("broken", outcomeFailed, "syntax error")
	check("sets", outcomeLeft, "it has parameters")
	check("linked", outcomeFailed, "it is a link to "+elsewhere)
	check("older", outcomeFailed, "it names none of php84")
	require.Equal(t, outcomeWritten, outcomes["fine"].Outcome)
	require.Equal(t, outcomeWritten, outcomes["within"].Outcome)
	link, err := os.Readlink(filepath.Join(c.catalog, "within.yaml"))
	require.NoError(t, err, "a link stays one")
	require.Equal(t, filepath.Join(".kept", "within.yaml"), link)
}

func TestBuiltInDefinitionsAreNotWritten(t *testing.T) {
	c := newCLI(t)
	code, _, stderr := c.run("calibrate", "loop")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "name a folder of your own with --catalog")
	c.define("mine", "code: $a = 1;")
	code, _, stderr = c.calibrated("loop")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, `"loop" is built in`)
	code, _, stderr = c.calibrated("mien")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "did you mean mine?")
}

// What somebody writes while the code is calibrated is not lost.
func TestRewriteOfAFileThatWasChanged(t *testing.T) {
	c := newCLI(t)
	c.define("mine", "code: $a = 1;")
	files, err := catalog.OpenFiles([]string{c.catalog}, nil)
	require.NoError(t, err)
	c.define("mine", "code: $a = 2;")
	require.ErrorContains(t, rewrite(files[0], []byte("x")), "it was changed meanwhile")
	require.Contains(t, c.definition("mine"), "$a = 2;")
	require.NoError(t, os.Remove(files[0].Path))
	require.ErrorContains(t, rewrite(files[0], []byte("x")), "cannot be read again")
}

func TestWhatCalibratePrints(t *testing.T) {
	c := newCLI(t)
	c.define("mine", "code: usleep(300);")
	code, stdout, stderr := c.run("calibrate", "--catalog", c.catalog, "--php-version=php84", "--batch-time=10us", "--cores-dir", t.TempDir(), "--dry-run")
	require.Zero(t, code, stderr)
	lines := strings.Split(stdout, "\n")
	require.Equal(t, []string{"FILE", "WARM-UP", "REVOLUTIONS", "BEFORE", "OUTCOME"}, strings.Fields(lines[0]))
	require.Contains(t, lines[1], outcomePlanned)
	require.Contains(t, lines[1], "mine.yaml")
}
