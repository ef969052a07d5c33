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

// outputFile is the file that --output names. A regular file is replaced as a whole. A
// device or a FIFO cannot be replaced, so it is written into.
type outputFile struct {
	path    string      // the path with its links followed, unless they lead to no file yet
	info    fs.FileInfo // nil if there is no file yet
	through bool        // the file is written into, and not replaced
}

// openOutput looks at what is at the path, and checks that it can be written.
func openOutput(path string) (outputFile, error) {
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil { // the path is a link: the kernel will make the file that it names
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
	// Do not open a FIFO to check it: that would wait for its reader, and closing it
	// again would tell the reader that nothing comes.
	if err := syscall.Access(real, writable); err != nil || f.through {
		return f, err
	}
	return f, writableFolder(filepath.Dir(real))
}

// linkFolder returns the folder of the file that the link names.
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

// write writes the file with render. A regular file is replaced as a whole, or not at
// all. It keeps its mode, and also its owner if this user may set it.
func (f outputFile) write(render func(io.Writer) error) error {
	if f.through {
		file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return err
		}
		return closed(file, render(file))
	}
	temp := filepath.Join(filepath.Dir(f.path), ".benchbus-"+rand.Text())
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // with these permissions minus the umask
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	err = render(file)
	if err == nil && f.info != nil {
		if owner, ok := f.info.Sys().(*syscall.Stat_t); ok {
			_ = file.Chown(int(owner.Uid), int(owner.Gid)) // if this user may not give files away, the file becomes theirs
		}
		err = file.Chmod(f.info.Mode().Perm())
	}
	if err = closed(file, err); err != nil {
		return err
	}
	return os.Rename(temp, f.path)
}

// closed closes the file and adds the error, because some file systems report only then
// that they could not write.
func closed(file *os.File, err error) error {
	return errors.Join(err, file.Close())
}
