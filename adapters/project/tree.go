package project

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// Tree is a folder with the files that make up a source. It must be closed.
type Tree struct {
	// Root is the absolute path of the folder.
	Root string
	// Files are the paths of files and links relative to Root, with slashes, sorted.
	Files []string
	// Source has the name and the revision. Its digest is empty until the files are
	// packed.
	Source domain.Source
	// Notes say what a person should know of the tree, in sentences. There may be none.
	Notes []string

	once    sync.Once
	cleanup func() error
	err     error
}

// Close removes the folder if it was made for this tree. Further calls do nothing, and
// return what the first returned.
func (t *Tree) Close() error {
	t.once.Do(func() {
		if t.cleanup != nil {
			t.err = t.cleanup()
		}
	})
	return t.err
}

func localPath(root, file string) string { return filepath.Join(root, filepath.FromSlash(file)) }

func (t *Tree) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

// take sets the files to those of the listing that are not left out, and notes which are.
func (t *Tree) take(l *listing, cfg Config, vendor string) error {
	exclude, include := l.exclude, selectBy(cfg.Include)
	var secrets, odd, pointers []string
	for _, file := range slices.Sorted(maps.Keys(l.files)) {
		info, err := os.Lstat(localPath(t.Root, file))
		included, installed := include.has(file), strings.HasPrefix(file, vendor+"/")
		switch {
		case exclude.has(file) || os.IsNotExist(err):
		case err != nil:
			return fmt.Errorf("a file of the project cannot be read: %w", err)
		case info.IsDir(): // a file of the revision was replaced by a folder
		case !info.Mode().IsRegular() && info.Mode().Type() != os.ModeSymlink:
			odd = append(odd, file)
		case !installed && !included && !cfg.AllowSecrets && isSecret(t.Root, file, info, l.files[file]):
			secrets = append(secrets, file)
		default:
			if !installed && isPointer(t.Root, file, info) {
				pointers = append(pointers, file)
			}
			t.Files = append(t.Files, file)
		}
	}
	if len(t.Files) == 0 {
		return fmt.Errorf("there are no files of the project in %s; name the folder that holds them", t.Root)
	}
	if len(secrets) > 0 {
		t.note("left out, since they may hold secrets: %s; --include PATTERN takes some of them, --allow-secrets all", some(secrets))
	}
	if len(odd) > 0 {
		t.note("left out, since they are neither files nor links: %s", some(odd))
	}
	if len(pointers) > 0 {
		t.note("pointers of Git LFS without the content that belongs there: %s; git lfs pull gets it", some(pointers))
	}
	if l.sparse > 0 {
		t.note("%s missing, since the checkout is sparse; git sparse-checkout disable gets them", count(l.sparse, "file is", "files are"))
	}
	for _, s := range []struct {
		flag string
		*selection
	}{{"--exclude", exclude}, {"--include", include}} {
		for _, p := range s.patterns {
			if !s.used[p] {
				t.note("%s %s matches no file", s.flag, shellQuote(p))
			}
		}
	}
	return nil
}

// isPointer reports whether the file stands for one that Git LFS has not fetched.
func isPointer(root, file string, info os.FileInfo) bool {
	const smallest, largest = 100, 1024 // bytes of a pointer
	if !info.Mode().IsRegular() || info.Size() < smallest || info.Size() > largest {
		return false
	}
	text, err := beginning(root, file, smallest)
	return err == nil && bytes.HasPrefix(text, []byte("version https://git-lfs.github.com/spec/v1\n"))
}

// some names the first few of the files.
func some(files []string) string {
	const most = 5
	var names []string
	for _, f := range files[:min(most, len(files))] {
		names = append(names, printable(f))
	}
	text := strings.Join(names, ", ")
	if more := len(files) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
