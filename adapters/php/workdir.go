package php

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// workdirPrefix begins the names of working folders.
const workdirPrefix = "benchbus-php-"

// workdir is the working folder of one process. It holds the harness, and beside it the
// folder to work in, with the script and the project.
type workdir struct {
	root, script, work string
	project            project
	// folder and lock are the opened root. remove works on the open folder, so that
	// renaming cannot make it remove another one. The lock is held while the folder is
	// in use; the system releases it when this program dies.
	folder *os.Root
	lock   *os.File
}

// newWorkdir makes the folder, whose name ends with that text; there must be none yet. A
// nil script leaves it empty. Its error has class ClassHost.
func (c Config) newWorkdir(s *script, name string, in project) (workdir, error) {
	root := filepath.Join(absolute(c.TempDir), workdirPrefix+name)
	err := os.Mkdir(root, 0o700)
	if err == nil {
		root, err = filepath.EvalSymlinks(root) // PHP names files by their real paths
	}
	if err != nil {
		return workdir{}, c.folderFailed(err)
	}
	d, err := openWorkdir(root)
	if err != nil {
		_ = os.Remove(root)
		return workdir{}, c.folderFailed(err)
	}
	d.project = in
	if err := d.write(s); err != nil {
		_ = d.remove()
		return workdir{}, c.folderFailed(err)
	}
	return d, nil
}

// write makes what is in the folder.
func (d *workdir) write(s *script) error {
	if s != nil {
		if err := os.WriteFile(d.script, []byte(harness), 0o600); err != nil {
			return err
		}
	}
	if err := os.Mkdir(d.work, 0o700); err != nil || s == nil {
		return err
	}
	if d.project.shared != "" {
		d.work = d.project.shared
	} else if err := d.project.fill(d.work); err != nil {
		return err
	}
	// The benchmark of an earlier process in the same folder is replaced, whatever has
	// become of it.
	if err := os.RemoveAll(d.benchmark()); err != nil {
		return err
	}
	return os.WriteFile(d.benchmark(), []byte(s.text), 0o600)
}

// openWorkdir opens and locks a folder. It fails at once if the folder is a link,
// belongs to another user, or is locked.
func openWorkdir(root string) (d workdir, err error) {
	d = workdir{root: root, script: filepath.Join(root, "harness.php"), work: filepath.Join(root, "work")}
	named, err := os.Lstat(root)
	if err != nil {
		return d, err
	}
	if d.folder, err = os.OpenRoot(root); err != nil {
		return d, err
	}
	if d.lock, err = d.folder.Open("."); err == nil {
		err = d.own(named)
	}
	if err == nil {
		err = syscall.Flock(int(d.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err != nil {
		d.close()
	}
	return d, err
}

// own fails unless the open folder is the one that was found under its name, and
// belongs to this user.
func (d workdir) own(named os.FileInfo) error {
	opened, err := d.lock.Stat()
	if err != nil {
		return err
	}
	stat, ok := opened.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) != os.Geteuid() || !os.SameFile(named, opened) {
		return fmt.Errorf("%s is not a folder of this user", d.root)
	}
	return nil
}

// close closes the folder and releases its lock.
func (d workdir) close() { _, _ = d.lock.Close(), d.folder.Close() }

// benchmark returns the path of the file that the harness includes. It is in the root of
// the project, where __DIR__ and relative paths mean what they mean in a script there.
func (d workdir) benchmark() string { return filepath.Join(d.work, ".benchbus.php") }

// roomSize is the disk space that an iteration may need for its script and its files.
const roomSize = 1 << 20

// room fails unless the disk has as much space as an iteration needs.
func (d workdir) room() error {
	err := d.folder.WriteFile("room", make([]byte, roomSize), 0o600)
	_ = d.folder.Remove("room")
	return err
}

// remove removes the folder, even if the code has made parts of it unreadable, or if
// dying processes still write to it.
func (d workdir) remove() error {
	defer d.close()
	err := d.removeAll()
	for try := 0; err != nil && try < 50; try++ {
		_ = d.lock.Chmod(0o700)
		_ = fs.WalkDir(d.folder.FS(), ".", func(path string, entry fs.DirEntry, _ error) error {
			if entry != nil && entry.IsDir() {
				_ = d.folder.Chmod(path, 0o700)
			}
			return nil
		})
		if err = d.removeAll(); err != nil {
			time.Sleep(10 * time.Millisecond)
		}
	}
	if err != nil {
		return fmt.Errorf("remove the working folder: %w", err)
	}
	return nil
}

// removeAll removes the contents of the folder, and then the folder.
func (d workdir) removeAll() error {
	entries, err := fs.ReadDir(d.folder.FS(), ".")
	for _, entry := range entries {
		err = errors.Join(err, d.folder.RemoveAll(entry.Name()))
	}
	return errors.Join(err, os.Remove(d.root))
}

// staleAge is the least age of a folder that counts as left behind. A newer one may
// not be locked yet.
const staleAge = time.Minute

// removeStale removes folders that killed programs of this user have left behind.
func (c Config) removeStale() {
	for _, folder := range glob(c.TempDir, workdirPrefix+"*") {
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < staleAge {
			continue
		}
		if d, err := openWorkdir(folder); err == nil {
			_ = d.remove()
		}
	}
}
