package php

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// workdirPrefix begins the names of working folders.
const workdirPrefix = "benchbus-php-"

// workdir is what one process gets on disk: the script, and beside it an empty
// folder to work in.
type workdir struct {
	root, script, work string
	// lock is held for as long as the folder is in use; the system lets go of
	// it when this program dies.
	lock *os.File
}

func (c Config) newWorkdir(s *script) (workdir, error) {
	root, err := os.MkdirTemp(absolute(c.TempDir), workdirPrefix)
	if err == nil {
		root, err = filepath.EvalSymlinks(root) // PHP names files by their real paths
	}
	if err != nil {
		return workdir{}, domain.Fail(domain.ClassSpawn, "make a temporary folder: %w", err)
	}
	d := workdir{root: root, script: filepath.Join(root, "harness.php"), work: filepath.Join(root, "work")}
	for _, write := range []func() (err error){
		func() (err error) { d.lock, err = lockFolder(root); return err },
		func() error { return os.WriteFile(d.script, []byte(harness), 0o600) },
		func() error { return os.WriteFile(d.benchmark(), []byte(s.text), 0o600) },
		func() error { return os.Mkdir(d.work, 0o700) },
	} {
		if err := write(); err != nil {
			_ = d.remove()
			return workdir{}, domain.Fail(domain.ClassSpawn, "write the script: %w", err)
		}
	}
	return d, nil
}

// benchmark is the file that the harness includes.
func (d workdir) benchmark() string { return filepath.Join(d.root, "benchmark.php") }

// remove removes all of it, also what the code has made unreadable, and what
// processes that are about to die still write.
func (d workdir) remove() error {
	defer d.lock.Close()
	err := os.RemoveAll(d.root)
	for try := 0; err != nil && try < 50; try++ {
		_ = filepath.WalkDir(d.root, func(path string, entry fs.DirEntry, _ error) error {
			if entry != nil && entry.IsDir() {
				_ = os.Chmod(path, 0o700)
			}
			return nil
		})
		if err = os.RemoveAll(d.root); err != nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if err != nil {
		return fmt.Errorf("remove the working folder: %w", err)
	}
	return nil
}

// lockFolder locks a folder, or fails at once where it is locked.
func lockFolder(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// staleAge is how old a folder must be to count as left behind: one that has
// just been made may not be locked yet.
const staleAge = time.Minute

// removeStale removes the folders of programs that were killed.
func (c Config) removeStale() {
	for _, folder := range glob(c.TempDir, workdirPrefix+"*") {
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < staleAge {
			continue
		}
		if lock, err := lockFolder(folder); err == nil {
			_ = workdir{root: folder, lock: lock}.remove() // another user's stays
		}
	}
}
