package php

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// workdir is what one process gets on disk: the script, and beside it an empty
// folder to work in.
type workdir struct {
	root, script, work string
}

func (c Config) newWorkdir(s *script) (workdir, error) {
	root, err := os.MkdirTemp(absolute(c.TempDir), "benchbus-")
	if err == nil {
		root, err = filepath.EvalSymlinks(root) // PHP names files by their real paths
	}
	if err != nil {
		return workdir{}, domain.Fail(domain.ClassSpawn, "make a temporary folder: %w", err)
	}
	d := workdir{root: root, script: filepath.Join(root, "harness.php"), work: filepath.Join(root, "work")}
	for _, write := range []func() error{
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
