package project

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorkingTreeOfARepository(t *testing.T) {
	t.Parallel()
	f := newRepository(t, ".gitignore=ignored\n/vendor\n", "src/a.php", "src/deleted.php", "-dash", "with space", "line\nbreak", "ünïcode")
	f.write("src/new.php", "ignored", "vendor/autoload.php", "vendor/x/.git/config", "vendor/x/x.php")
	require.NoError(t, os.Remove(f.path("src/deleted.php")))
	require.NoError(t, os.Symlink("src", f.path("link")))
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{"-dash", ".gitignore", "line\nbreak", "link", "src/a.php", "src/new.php", "vendor/autoload.php", "vendor/x/x.php", "with space", "ünïcode"}, tree.Files)
	require.Equal(t, f.dir, tree.Root)
	require.Equal(t, "working-tree", tree.Source.Name)
	require.Equal(t, f.git("rev-parse", "HEAD")+"+", tree.Source.Revision)
	require.Empty(t, tree.Source.Digest)
	require.Empty(t, tree.Notes)
}

func TestWorkingTreeWithoutChanges(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a")
	require.Equal(t, f.git("rev-parse", "HEAD"), workingTree(t, f.open(Config{})).Source.Revision)

	empty := newFolder(t)
	empty.git("init", "--quiet")
	empty.write("a")
	tree := workingTree(t, empty.open(Config{}))
	require.Empty(t, tree.Source.Revision, "there is no commit")
	require.Equal(t, []string{"a"}, tree.Files)
}

func TestWorkingTreeOfAFolder(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("a.php", "sub/b.php", ".git/config", "sub/.svn/entries", "node_modules/x.js", "sub/node_modules/x.js", "CVS/Root", "vendor/v.php")
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{"a.php", "sub/b.php", "vendor/v.php"}, tree.Files)
	require.Empty(t, tree.Source.Revision)
}

func TestAProjectWithinARepository(t *testing.T) {
	t.Parallel()
	top := newRepository(t, "other/o.php", "apps/one/a.php", "apps/two/b.php")
	f := top.in("apps/one")
	p := f.open(Config{})
	require.Equal(t, top.dir, p.Repository)
	top.write("other/new.php")
	tree := workingTree(t, p)
	require.Equal(t, []string{"a.php"}, tree.Files)
	head := top.git("rev-parse", "HEAD")
	require.Equal(t, head, tree.Source.Revision, "changes outside of the project do not count")

	of := revision(t, p, "main")
	require.Equal(t, []string{"a.php"}, of.Files)
	require.Equal(t, "content of apps/one/a.php", folder{t, of.Root}.read("a.php"))

	top.git("checkout", "--quiet", "-b", "links")
	require.NoError(t, os.RemoveAll(top.path("apps")))
	require.NoError(t, os.MkdirAll(top.path("apps"), 0o755))
	require.NoError(t, os.Symlink("/etc", top.path("apps/one")))
	top.commit("a link in its place")
	_, err := p.Revision(t.Context(), "links")
	require.EqualError(t, err, "links has no folder apps/one; name a revision that has it")

	late := top.in("late")
	late.write("x")
	_, err = late.open(Config{}).Revision(t.Context(), "HEAD")
	require.EqualError(t, err, "HEAD has no folder late; name a revision that has it")
}

func TestAnIgnoredProjectNeedsNoRepository(t *testing.T) {
	t.Parallel()
	top := newRepository(t, ".gitignore=/scratch\n")
	f := top.in("scratch")
	f.write("a.php")
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{"a.php"}, tree.Files)
	require.Equal(t, []string{"the repository " + top.dir + " ignores the project, so that it is taken as a folder without git"}, tree.Notes)
	_, err := f.open(Config{}).Revision(t.Context(), "main")
	require.EqualError(t, err, `the revision "main" cannot be had, since the repository `+top.dir+` ignores the project; leave the revision out, or make the project a repository of its own`)
}

func TestSubmodules(t *testing.T) {
	t.Parallel()
	library := newRepository(t, "lib.php")
	f := newRepository(t, "a.php")
	f.git("submodule", "--quiet", "add", library.dir, "lib/x")
	f.commit("with a sub-module")
	f.in("lib/x").write("new.php")
	nested := f.in("nested")
	nested.git("init", "--quiet")
	nested.commit("nested", "n.php")
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{".gitmodules", "a.php", "lib/x/lib.php", "lib/x/new.php", "nested/n.php"}, tree.Files)
	require.Empty(t, tree.Notes)

	of := revision(t, f.open(Config{}), "main")
	require.Equal(t, []string{".gitmodules", "a.php"}, of.Files)
	require.Equal(t, "the files of the sub-module lib/x are missing; --prepare 'git submodule update --init' gets them, with && and what else is to be prepared", of.Notes[0])

	of = revision(t, f.open(Config{Prepare: "git -c protocol.file.allow=always submodule --quiet update --init"}), "main")
	require.Equal(t, []string{".gitmodules", "a.php", "lib/x/lib.php"}, of.Files)

	inner := f.in("lib/x").open(Config{})
	require.Equal(t, f.path("lib/x"), inner.Repository)
	require.Equal(t, []string{"lib.php"}, revision(t, inner, "HEAD").Files)

	f.git("submodule", "--quiet", "deinit", "--force", "lib/x")
	require.Contains(t, workingTree(t, f.open(Config{})).Notes, "the files of the sub-module lib/x are missing; git submodule update --init gets them")
}

func TestWhatIsNotWhole(t *testing.T) {
	t.Parallel()
	const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0000000000000000000000000000000000000000000000000000000000000000\nsize 12345\n"
	f := newRepository(t, "a.php", "data.bin="+pointer, "far/f.php", "composer.json={}")
	f.git("sparse-checkout", "set", "near")
	require.NoError(t, syscall.Mkfifo(f.path("pipe"), 0o600))
	plain := newFolder(t)
	require.NoError(t, syscall.Mkfifo(plain.path("pipe"), 0o600))
	plain.write("a")
	require.Equal(t, []string{"left out, since they are neither files nor links: pipe"}, workingTree(t, plain.open(Config{})).Notes)
	require.Equal(t, []string{
		"pointers of Git LFS without the content that belongs there: data.bin; git lfs pull gets it",
		"1 file is missing, since the checkout is sparse; git sparse-checkout disable gets them",
		"there is no vendor/; if the code needs it, run composer install in " + f.dir + ", since the working tree is taken as it is",
	}, workingTree(t, f.open(Config{})).Notes)
}

func TestAProjectWithoutFiles(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	_, err := f.open(Config{}).WorkingTree(t.Context())
	require.EqualError(t, err, "there are no files of the project in "+f.dir+"; name the folder that holds them")
}

func TestALinkToAProject(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("real/a", "real/vendor/v")
	require.NoError(t, os.Symlink("real", f.path("link")))
	require.NoError(t, os.Symlink("/dev/zero", f.path("real/link.pem")))
	p := folder{t, f.path("link")}.open(Config{})
	require.Equal(t, f.path("real"), p.Dir)
	require.Equal(t, []string{"a", "link.pem", "vendor/v"}, workingTree(t, p).Files)
}

func TestAFolderInPlaceOfAFile(t *testing.T) {
	t.Parallel()
	f := newRepository(t, "a", "b/c")
	require.NoError(t, errors.Join(os.Remove(f.path("a")), os.RemoveAll(f.path("b"))))
	f.write("a/new", "b")
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{"a/new", "b"}, tree.Files)
	require.Empty(t, tree.Notes)
}

// TestFoldersThatCannotBeRead needs a user who may not read everything.
func TestFoldersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.write("a", "data/secret")
	l := newListing(Config{Exclude: []string{"data"}})
	require.NoError(t, l.walk(f.dir, "", false, nil))
	require.Equal(t, map[string]bool{"a": false}, l.files)
	if os.Getuid() == 0 {
		return
	}
	require.NoError(t, os.Chmod(f.path("data"), 0))
	t.Cleanup(func() { require.NoError(t, os.Chmod(f.path("data"), 0o700)) })
	_, err := f.open(Config{}).WorkingTree(t.Context())
	require.EqualError(t, err, "the project cannot be read: open "+f.path("data")+": permission denied; --exclude leaves a folder out")
	require.Equal(t, []string{"a"}, workingTree(t, f.open(Config{Exclude: []string{"data"}})).Files)
}
