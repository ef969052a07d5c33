package catalog_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

func ptr(n int) *int { return &n }

func TestLoadOlderFormat(t *testing.T) {
	c, err := catalog.Load("testdata/older")
	require.NoError(t, err)
	require.Empty(t, catalog.Validate("testdata/older"))
	require.Equal(t, []*domain.Benchmark{
		{Slug: "array-sum", Name: "Array Sum", Category: "Array Operations", Description: "Sums an array with array_sum()", Icon: "🧮",
			Tags: []string{"array", "sum"}, Runtimes: []domain.RuntimeName{"php70", "php74", "php85"},
			Code:   "$numbers = [1, 2, 3];\nfor ($i = 0; $i < 100; $i++) {\n    $sum = array_sum($numbers);\n}\n",
			Warmup: ptr(10), Revolutions: 181},
		{Slug: "define-function", Name: "Declare a function", Category: "Functions", Runtimes: []domain.RuntimeName{"php56"},
			Code: "function twice($n) { return 2 * $n; }\n$four = twice(2);\n", Warmup: ptr(1)},
		{Slug: "abs_with_abs", Name: "Abs with abs()", Category: "Math Operations", Runtimes: []domain.RuntimeName{"php56", "php84"},
			Code: "for ($i = -50; $i < 50; $i++) {\n    $positive = abs($i);\n}\n"},
		{Slug: "php8-nullsafe", Name: "Nullsafe", Category: "Object Operations", Runtimes: []domain.RuntimeName{"php80", "php84", "php85"},
			Code: "$name = $user?->name;", Revolutions: 10_000},
	}, c.All())
}

// one returns a file system with one definition, which is valid except for the further
// lines.
func one(more string) fstest.MapFS {
	text := "slug: one\nname: One\ncategory: tests\ncode: $a = 1;\n" + more
	return fstest.MapFS{"one.yaml": {Data: []byte(text)}}
}

func TestLoadOurFields(t *testing.T) {
	c, err := catalog.LoadFS(one("runtimes: [8.4, \"php8.2\", PHP74, 56, my-runtime]\ngroup: g\nsetup: $s = 1;\nteardown: $t = 1;\nwarmup: 0\nrevolutions: 1\n"))
	require.NoError(t, err)
	require.Equal(t, []*domain.Benchmark{{Slug: "one", Name: "One", Category: "tests", Code: "$a = 1;", Group: "g", Setup: "$s = 1;", Teardown: "$t = 1;",
		Runtimes: []domain.RuntimeName{"php84", "php82", "php74", "php56", "my-runtime"}, Warmup: ptr(0), Revolutions: 1}}, c.All())
}

// Some characters end a line only for the YAML parser, and would truncate code. Load
// refuses them as Validate does.
func TestSeparatorsThatYAMLTakesForLineEnds(t *testing.T) {
	for _, separator := range []string{"\u0085", "\u2028", "\u2029"} {
		_, err := catalog.LoadFS(one("phpVersions: [php84]\nsetup: |\n  $a = 'one" + separator + "  two';\n"))
		require.ErrorContains(t, err, "one.yaml:7: holds U+")
		escaped := fmt.Sprintf(`\u%04x`, []rune(separator)[0])
		c, err := catalog.LoadFS(one("phpVersions: [php84]\nsetup: \"$a = 'one" + escaped + "two';\"\n"))
		require.NoError(t, err)
		require.Equal(t, "$a = 'one"+separator+"two';", c.All()[0].Setup, "as the message says")
	}
}

func TestCodeOfOtherRuntimesMayBeAnything(t *testing.T) {
	c, err := catalog.LoadFS(one("runtimes: [bash5]\nsetup: |\n  #!/bin/bash\n  echo <?php\n"))
	require.NoError(t, err)
	require.Equal(t, "#!/bin/bash\necho <?php\n", c.All()[0].Setup)
	_, err = catalog.LoadFS(one("runtimes: [bash5, php84]\nsetup: |\n  #!/bin/bash\n"))
	require.EqualError(t, err, "one.yaml:7: setup: begins with a #! line, as only a file does: leave it out")
}

func TestNumbersKeepTheirRanges(t *testing.T) {
	check := func(line, problem string) {
		t.Helper()
		_, err := catalog.LoadFS(one("phpVersions: [php84]\n" + line))
		if problem == "" {
			require.NoError(t, err, line)
		} else {
			require.EqualError(t, err, "one.yaml:6: "+problem)
		}
	}
	for _, fine := range []string{"warmupIterations: 1", "warmupIterations: 100", "innerIterations: 10", "innerIterations: 10000", "warmup: 0",
		"warmup: 1000000", "revolutions: 1", "revolutions: 1000000000", "revolutions: 1_000", "warmup: ~", "innerIterations:"} {
		check(fine, "")
	}
	check("warmupIterations: 0", "warmupIterations: 0 is outside 1 to 100; leave it out to have it chosen")
	check("warmupIterations: 101", "warmupIterations: 101 is outside 1 to 100; leave it out to have it chosen")
	check("innerIterations: 9", "innerIterations: 9 is outside 10 to 10000; leave it out to have it calibrated")
	check("innerIterations: 10001", "innerIterations: 10001 is outside 10 to 10000; leave it out to have it calibrated")
	check("warmup: -1", "warmup: -1 is outside 0 to 1000000; leave it out to have it chosen")
	check("warmup: 1000001", "warmup: 1000001 is outside 0 to 1000000; leave it out to have it chosen")
	check("revolutions: 0", "revolutions: 0 is outside 1 to 1000000000; leave it out to have it calibrated")
	check("revolutions: 1000000001", "revolutions: 1000000001 is outside 1 to 1000000000; leave it out to have it calibrated")
	check("revolutions: 10.5", "revolutions: must be a whole number from 1 to 1000000000, not the number 10.5")
}

func TestLoadRefusesWithAllProblemsButNoWarnings(t *testing.T) {
	_, err := catalog.Load("testdata/bad")
	var refused *catalog.LoadError
	require.ErrorAs(t, err, &refused)
	var want []catalog.Problem
	for _, p := range catalog.Validate("testdata/bad") {
		if !p.Warning {
			want = append(want, p)
		}
	}
	require.Equal(t, want, refused.Problems)
	require.Len(t, strings.Split(err.Error(), "\n"), len(want))
	require.Contains(t, err.Error(), filepath.FromSlash("testdata/bad/types.yaml")+":1: slug: must be text, not the number 123; put it in quotes")
}

func TestWarningsDoNotRefuse(t *testing.T) {
	same := "category: tests\nphpVersions: [php84]\ncode: $a = 1;\n"
	fsys := fstest.MapFS{"a.yaml": {Data: []byte("slug: a\nname: A\n" + same)}, "b.yaml": {Data: []byte("slug: b\nname: B\n" + same)}}
	c, err := catalog.LoadFS(fsys)
	require.NoError(t, err)
	require.Len(t, c.All(), 2)
}

func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge.yaml")
	file, err := os.Create(huge)
	require.NoError(t, err)
	require.NoError(t, file.Truncate(10<<20))
	require.NoError(t, file.Close())
	_, err = catalog.Load(dir)
	require.EqualError(t, err, huge+": has 10485760 bytes; a definition has at most 1048576")

	empty := t.TempDir()
	_, err = catalog.Load(empty)
	require.EqualError(t, err, empty+": holds no *.yaml or *.yml file")
	missing := filepath.Join(empty, "missing")
	_, err = catalog.Load(missing)
	require.EqualError(t, err, missing+": there is no such file or folder")

	_, err = catalog.LoadFS(failing{one("phpVersions: [php84]"), "one.yaml", fs.ErrPermission})
	require.EqualError(t, err, "one.yaml: may not be read: its permissions do not allow it")
	_, err = catalog.LoadFS(failing{one("phpVersions: [php84]"), ".", fs.ErrPermission})
	require.EqualError(t, err, ".: may not be read: its permissions do not allow it")
	_, err = catalog.LoadFS(failing{one("phpVersions: [php84]"), "one.yaml", errors.New("the disk is broken")})
	require.EqualError(t, err, "one.yaml: cannot be read: the disk is broken")
	_, err = catalog.LoadFS(fstest.MapFS{"pipe.yaml": {Mode: fs.ModeNamedPipe}})
	require.EqualError(t, err, "pipe.yaml: is not a file that can be read")
}

// A file of unknown size is not read beyond the limit.
func TestFileThatGrows(t *testing.T) {
	_, err := catalog.LoadFS(endless{one("")})
	require.EqualError(t, err, "one.yaml: has more than 1048576 bytes, the most that a definition has")
}

func TestLoadTakesAFileAndFoldersWithinFolders(t *testing.T) {
	c, err := catalog.Load("testdata/older/full.yaml")
	require.NoError(t, err)
	require.Len(t, c.All(), 1)
	more := "category: tests\nphpVersions: [php84]\ncode: $a = 1;\n"
	c, err = catalog.LoadFS(fstest.MapFS{
		"a/b/one.YML":      {Data: []byte("slug: one\nname: One\n" + more)},
		"two.yaml":         {Data: []byte("slug: two\nname: Two\n" + more)},
		".git/three.yaml":  {Data: []byte("slug: [")},
		".four.yaml":       {Data: []byte("slug: [")},
		"README.md":        {Data: []byte("slug: [")},
		"five.yaml/x.json": {Data: []byte("slug: [")},
	})
	require.NoError(t, err)
	require.True(t, slices.EqualFunc(c.All(), []string{"one", "two"}, func(b *domain.Benchmark, slug string) bool { return b.Slug == slug }))
}

// failing is a file system that cannot open one name.
type failing struct {
	fs.FS
	name string
	err  error
}

func (f failing) Open(name string) (fs.File, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
	}
	return f.FS.Open(name)
}

// endless is a file system whose files never end, although they report a size.
type endless struct{ fs.FS }

func (e endless) Open(name string) (fs.File, error) {
	file, err := e.FS.Open(name)
	if name == "one.yaml" {
		return endlessFile{file}, err
	}
	return file, err
}

type endlessFile struct{ fs.File }

func (endlessFile) Read(p []byte) (int, error) { return len(p), nil }

func TestHowABenchmarkIsRead(t *testing.T) {
	c, err := catalog.LoadFS(one("phpVersions: [php84]\nclock: Wall\nmargin: 2.5%\nfloor: 50ns"))
	require.NoError(t, err)
	b := c.All()[0]
	require.Equal(t, domain.ClockWall, b.Clock)
	require.InDelta(t, 0.025, b.Margin, 1e-12)
	require.Equal(t, 50*time.Nanosecond, b.Floor)
	check := func(line, problem string) {
		t.Helper()
		_, err := catalog.LoadFS(one("phpVersions: [php84]\n" + line))
		require.EqualError(t, err, "one.yaml:6: "+problem)
	}
	check("clock: sundial", `clock: "sundial" is none of auto, cpu, wall`)
	check("clock: [cpu]", "clock: must be text or a number, not a list")
	for _, bad := range []string{"0", "0%", "-1%", "60%", "0.6", "much", ".nan", ".inf"} {
		check("margin: "+bad, `margin: "`+bad+`" is not a share such as 2% or 0.02, above 0 and at most 50%`)
	}
	for _, bad := range []string{"50", "0s", "-1ns", "1h", "short"} {
		check("floor: "+bad, `floor: "`+bad+`" is not a time such as 50ns or 2us, above 0 and at most 25m`)
	}
	_, err = catalog.LoadFS(one("phpVersions: [php84]\nclock:\nmargin: ~\nfloor:"))
	require.NoError(t, err)
}
