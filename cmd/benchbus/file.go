package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// writable is the mode that access(2) calls W_OK.
const writable = 2

// outputFile is where --output leads. A regular file is replaced whole; a device
// or a FIFO has no replacement, it is written into.
type outputFile struct {
	path    string      // with links followed, unless they lead nowhere yet
	info    fs.FileInfo // nil where there is no file yet
	through bool        // written into, not replaced
}

// openOutput finds out what is at the path, and whether it can be written.
func openOutput(path string) (outputFile, error) {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil { // a link; the kernel makes the file that it names
			return outputFile{path: path, through: true}, writableFolder(linkFolder(path))
		}
		return outputFile{path: path}, writableFolder(filepath.Dir(path))
	}
	if err != nil {
		return outputFile{}, err
	}
	f := outputFile{path: real}
	if f.info, err = os.Stat(real); err != nil {
		return f, err
	}
	mode := f.info.Mode()
	f.through = !mode.IsRegular()
	switch {
	case mode.IsDir():
		return f, errors.New("it is a folder; name a file")
	case mode&fs.ModeSocket != 0:
		return f, errors.New("it is a socket; name a file")
	}
	// Opening a FIFO would wait for its reader, and closing it would tell the
	// reader that nothing comes.
	if err := syscall.Access(real, writable); err != nil || f.through {
		return f, err
	}
	return f, writableFolder(filepath.Dir(real))
}

// linkFolder is the folder of what a link names.
func linkFolder(link string) string {
	name, err := os.Readlink(link)
	if err != nil || filepath.IsAbs(name) {
		return filepath.Dir(name)
	}
	return filepath.Join(filepath.Dir(link), filepath.Dir(name))
}

func writableFolder(dir string) error {
	if err := syscall.Access(dir, writable); err != nil {
		return fmt.Errorf("folder %s: %w", dir, err)
	}
	return nil
}

// write lets render write the file. One that is replaced appears whole or not at
// all; it keeps its mode, and its owner where that is allowed.
func (f outputFile) write(render func(io.Writer) error) error {
	if f.through {
		file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return err
		}
		return closed(file, render(file))
	}
	temp := filepath.Join(filepath.Dir(f.path), ".benchbus-"+rand.Text())
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // less what the umask forbids
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	err = render(file)
	if err == nil && f.info != nil {
		if owner, ok := f.info.Sys().(*syscall.Stat_t); ok {
			_ = file.Chown(int(owner.Uid), int(owner.Gid)) // another's file becomes ours where we may not give it back
		}
		err = file.Chmod(f.info.Mode().Perm())
	}
	if err = closed(file, err); err != nil {
		return err
	}
	return os.Rename(temp, f.path)
}

// closed closes the file; some file systems tell only then what was not written.
func closed(file *os.File, err error) error {
	return errors.Join(err, file.Close())
}
