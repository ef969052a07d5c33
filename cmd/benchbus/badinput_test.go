package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The command must notice an unusable store before it measures anything.
func TestAStoreThatCannotBeUsed(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	require.NoError(t, os.WriteFile(text, []byte(strings.Repeat("this is not a database\n", 100)), 0o644))
	check := func(store, sentence string) {
		t.Helper()
		for _, args := range [][]string{{"run", "--test=loop", "--php-version=php84", "--iterations=1"}, {"runs"}, {"report", "last"}, {"resume", "last"}} {
			code, stdout, stderr := c.run(append(args, "--store", store)...)
			require.Equal(t, exitUnavailable, code, "%v\n%s", args, stderr)
			require.Contains(t, stderr, sentence, "%v", args)
			require.Empty(t, stdout)
		}
	}
	check(text, "not a store of benchbus")
	check(dir, "folder")
	check("/proc/nothing/here.db", "/proc/nothing")
}

func TestATemporaryFolderThatCannotBeUsed(t *testing.T) {
	c := newCLI(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	code, stdout, stderr := c.run("run", "--test=loop", "--php-version=php84")
	require.Equal(t, exitUnavailable, code)
	require.Contains(t, stderr, "name another one in the environment as TMPDIR")
	require.Empty(t, stdout)
}

func TestACatalogueThatIsWrong(t *testing.T) {
	c := newCLI(t)
	check := func(sentence, file, text string) {
		t.Helper()
		dir := t.TempDir()
		path := filepath.Join(dir, file)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		for _, args := range [][]string{{"list", "--catalog", dir}, {"run", "--catalog", dir}} {
			code, stdout, stderr := c.run(args...)
			require.Equal(t, exitUsage, code, stderr)
			require.Contains(t, stderr, sentence)
			require.Contains(t, stderr, file)
			require.Empty(t, stdout)
		}
		code, stdout, stderr := c.run("validate", dir)
		require.Equal(t, exitUsage, code)
		require.Contains(t, stdout, file+":")
		require.Contains(t, stdout, sentence)
		require.Contains(t, stderr, "found")
	}
	good := "slug: a\nname: A\ncategory: c\nphpVersions: [php84]\ncode: $a = 1;\n"
	check("code", "missing.yaml", strings.Replace(good, "code: $a = 1;\n", "", 1))
	check("phpVersions", "types.yaml", strings.Replace(good, "[php84]", "{a: b}", 1))
	check("yaml", "broken.yaml", good+"\tx: [\n")
	check("large.yaml", "large.yaml", good+"# "+strings.Repeat("x", 10<<20)+"\n")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "one.yaml"), []byte(good), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "two.yaml"), []byte(strings.Replace(good, "name: A", "name: B", 1)), 0o644))
	code, stdout, _ := c.run("validate", dir)
	require.Equal(t, exitUsage, code)
	require.Contains(t, stdout, "one.yaml")
	require.Contains(t, stdout, "two.yaml")
	code, _, stderr := c.run("list", "--catalog", "/nonexistent")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "/nonexistent")
}

func TestTheBuiltInCatalogueIsFine(t *testing.T) {
	c := newCLI(t)
	code, stdout, stderr := c.run("validate")
	require.Zero(t, code, stderr)
	require.Equal(t, "ok: no problems, 0 warnings\n", stdout)
	code, stdout, _ = c.run("list", "--format=json")
	require.Zero(t, code)
	var listed struct {
		Benchmarks []struct {
			Slug string `json:"slug"`
		} `json:"benchmarks"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &listed))
	require.GreaterOrEqual(t, len(listed.Benchmarks), 40)
	code, stdout, _ = c.run("show", "LOOP")
	require.Zero(t, code)
	require.Contains(t, stdout, "loop")
}

// An endless loop ends at its time limit, and is retried. It gets 4 attempts, with waits
// of 1 s, 2 s and 4 s between them.
func TestAnEndlessLoop(t *testing.T) {
	c := newCLI(t)
	c.define("endless", "revolutions: 1\ncode: while (true);")
	code, r, stderr := c.measure("endless", "--iterations=1", "--timeout=200ms")
	require.Equal(t, exitIncomplete, code, stderr)
	require.Len(t, r.Failures, 1)
	require.Equal(t, "timeout", r.Failures[0].Class)
	require.Contains(t, r.Failures[0].Message, "200ms")
	require.Equal(t, 4, r.Failures[0].Attempts)
}

func TestChildrenLeftBehindAreKilled(t *testing.T) {
	c := newCLI(t)
	mark := filepath.Join(t.TempDir(), "mark")
	c.define("forks", "revolutions: 1\nwarmup: 0\nsetup: \"exec('setsid sh -c \\\"echo $$ >> "+mark+"; exec sleep 1000\\\" >/dev/null 2>&1 &');"+
		" while (!file_exists('"+mark+"')) { usleep(1000); }\"\ncode: $a = 1;")
	code, _, stderr := c.measure("forks", "--iterations=1")
	require.Zero(t, code, stderr)
	text, err := os.ReadFile(mark)
	require.NoError(t, err)
	for _, pid := range strings.Fields(string(text)) {
		state, err := os.ReadFile("/proc/" + pid + "/stat")
		require.True(t, err != nil || strings.Contains(string(state), ") Z "), "process %s is left: %s", pid, state)
	}
}

func TestHelpAndCompletion(t *testing.T) {
	c := newCLI(t)
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"completion", "bash"}, {"version"}, {"--version"}} {
		code, stdout, stderr := c.run(args...)
		require.Zero(t, code, stderr)
		require.NotEmpty(t, stdout)
	}
	c.define("own", "code: $a = 1;\ngroup: of-mine")
	t.Setenv("BENCHBUS_CATALOG", c.catalog)
	for _, one := range []struct {
		args []string
		want string
	}{
		{[]string{"show", "lo"}, "loop\tLoop"},
		{[]string{"show", "Lo"}, "Loop\tloop"},
		{[]string{"run", "ow"}, "own\tOwn"},
		{[]string{"run", "--test", "Lo"}, "Loop\tloop"},
		{[]string{"run", "--group", ""}, "of-mine"},
		{[]string{"run", "--category", ""}, "sorting"},
		{[]string{"run", "--php-version", ""}, "php84"},
		{[]string{"runs", "--format", ""}, "markdown"},
		{[]string{"worker", "--queue-type", ""}, "quorum"},
		{[]string{"run", "--bus", ""}, "memory"},
		{[]string{"worker", "--bus", ""}, "amqps://"},
		{[]string{"failed", "list", "--class", ""}, "code_error"},
	} {
		code, stdout, stderr := c.run(append([]string{"__complete"}, one.args...)...)
		require.Zero(t, code, stderr)
		require.Contains(t, "\n"+stdout, "\n"+one.want+"\n", one.args)
	}
}
