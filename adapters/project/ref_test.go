package project

import (
	"crypto/sha1"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRefs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"main":             {"main"},
		"main..HEAD":       {"main", "HEAD"},
		"v1.0..v1.1":       {"v1.0", "v1.1"},
		"main..":           {"main", "HEAD"},
		"..main":           {"HEAD", "main"},
		"main...topic":     {"merge-base:main...topic", "topic"},
		"main...":          {"merge-base:main...HEAD", "HEAD"},
		"..":               {".."},
		"...":              {"..."},
		"":                 {""},
		"merge-base:a...b": {"merge-base:a...b"},
		":/a..b":           {":/a..b"},
		"HEAD^{/a..b}..x":  {"HEAD^{/a..b}", "x"},
		"a}..b":            {"a}..b"},
		"a....b":           {"merge-base:a....b", ".b"},
	} {
		require.Equal(t, want, Refs(text), text)
	}
}

func FuzzRefs(f *testing.F) {
	for _, seed := range []string{"main", "a..b", "a...b", "..", ":/a..b", "HEAD^{/a..b}..x", "-a..-b", "merge-base:a...b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		refs := Refs(text)
		require.LessOrEqual(t, len(refs), 2)
		for _, ref := range refs {
			if len(refs) == 2 {
				require.NotEmpty(t, ref)
			}
			if checkRef(ref) == nil {
				for part := range strings.SplitSeq(strings.TrimPrefix(ref, mergeBase), "...") {
					require.False(t, strings.HasPrefix(part, "-"), "%q would be an option", ref)
				}
			}
		}
	})
}

func TestUnknownRevisions(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	f.git("branch", "feature/one")
	f.git("branch", "unrelated")
	f.git("update-ref", "refs/remotes/origin/remote-only", "main")
	f.git("checkout", "--quiet", "--orphan", "alone")
	f.commit("alone")
	f.git("checkout", "--quiet", "main")
	blob := f.git("rev-parse", "main:a")
	p := f.open(Config{})
	check := func(ref, sentence string) {
		t.Helper()
		tree, err := p.Revision(t.Context(), ref)
		require.Nil(t, tree)
		require.EqualError(t, err, sentence)
	}
	is := " is not a revision of " + f.dir
	check("nope", "nope"+is+"; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
	check("mian", "mian"+is+"; did you mean main?")
	check("feature/onne", "feature/onne"+is+"; did you mean feature/one?")
	check("remote-only", "remote-only"+is+"; did you mean origin/remote-only?")
	check("merge-base:mian", "mian"+is+"; did you mean main?")
	check("merge-base:main...mian", "mian"+is+"; did you mean main?")
	check("merge-base:alone", "alone and HEAD have no commit in common")
	check(strings.Repeat("0", 40), strings.Repeat("0", 40)+is+"; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
	check("", "the revision is empty; name a branch, a tag or a commit")
	check("merge-base:", "the revision is empty; name a branch, a tag or a commit")
	check("--output=x", `"--output=x" is not a revision: no name begins with a hyphen`)
	check("merge-base:--all", `"merge-base:--all" is not a revision: no name begins with a hyphen`)
	check("merge-base:main...--all", `"merge-base:main...--all" is not a revision: no name begins with a hyphen`)
	check("a\nb", `the revision "a\nb" holds a line break or another byte that no name may have`)
	check("a\x00b", `the revision "a\x00b" holds a line break or another byte that no name may have`)
	check("a\xffb", `the revision "a\xffb" holds a line break or another byte that no name may have`)
	check(strings.Repeat("x", 300), `the revision "`+strings.Repeat("x", 40)+`"… has 300 bytes; at most 255 are allowed`)
	check(blob, blob+" is not a commit; name a branch, a tag or a commit")
	check("..", ".."+is+"; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
	check("^main", "^main"+is+"; did you mean main?")
	check("main^@", "main^@"+is+"; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
	check("no spaces here", "no spaces here"+is+"; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
	require.NoFileExists(t, f.path("x"))
}

func TestAmbiguousRevision(t *testing.T) {
	t.Parallel()
	f := newRepository(t)
	seen := map[string]string{} // texts by the beginning of the id that git gives them
	for n := 0; ; n++ {
		text := strconv.Itoa(n)
		id := fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(text), text)))[:4]
		if other, found := seen[id]; found {
			f.write("one="+text, "other="+other)
			f.git("hash-object", "-w", "one", "other")
			_, err := f.open(Config{}).Revision(t.Context(), id)
			require.EqualError(t, err, id+" is the beginning of several ids; give more of its digits")
			return
		}
		seen[id] = text
	}
}

func TestShallowClone(t *testing.T) {
	t.Parallel()
	origin := newRepository(t, "a=1")
	origin.commit("second", "a=2")
	origin.git("branch", "other", "main~1")
	f := newFolder(t)
	f.git("clone", "--quiet", "--depth=1", "file://"+origin.dir, "clone")
	f = f.in("clone")
	p := f.open(Config{})
	require.Equal(t, []string{"a"}, revision(t, p, "main").Files)
	const hint = "; the clone is shallow, so that commits and branches are missing: git fetch --unshallow gets them"
	_, err := p.Revision(t.Context(), "main~1")
	require.EqualError(t, err, "main~1 is not a revision of "+f.dir+hint)
	_, err = p.Revision(t.Context(), "maim")
	require.EqualError(t, err, "maim is not a revision of "+f.dir+"; did you mean main?"+hint)
}

func TestRepositoryWithoutCommits(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.git("init", "--quiet")
	_, err := f.open(Config{}).Revision(t.Context(), "HEAD")
	require.EqualError(t, err, "the repository "+f.dir+" has no commit yet; commit something first, or measure the working tree")

	require.NoError(t, os.RemoveAll(f.path(".git")))
	_, err = f.open(Config{}).Revision(t.Context(), "HEAD")
	require.EqualError(t, err, `the revision "HEAD" cannot be had, since `+f.dir+` is not in a git repository; leave the revision out, or name the folder of a clone`)
}
