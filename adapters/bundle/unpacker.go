package bundle

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// unpacker writes the entries of a bundle below a folder.
type unpacker struct {
	limits  Limits
	root    *os.Root
	folders map[string]bool // those that were made, which are no links
	// open is the folder at, in which the last entry was made. The next one most often
	// is in the same.
	open   *os.Root
	at     string
	files  int
	bytes  int64
	buffer []byte
}

func newUnpacker(into string, limits Limits) (*unpacker, error) {
	root, err := os.OpenRoot(into)
	if err != nil {
		return nil, hostFailed(err)
	}
	return &unpacker{limits: limits, root: root, folders: map[string]bool{".": true}, open: root, at: ".", buffer: make([]byte, bufferSize)}, nil
}

func (u *unpacker) close() {
	if u.open != u.root {
		u.open.Close()
	}
	u.root.Close()
}

// hostFailed is the error of a host that cannot write.
func hostFailed(err error) error {
	return domain.Fail(domain.ClassHost, "a bundle cannot be unpacked: %w", err)
}

// entries unpacks the archive.
func (u *unpacker) entries(archive io.Reader) error {
	r := tar.NewReader(archive)
	for {
		header, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if u.files++; u.files > u.limits.Files {
			return fmt.Errorf("it holds more than %d files", u.limits.Files)
		}
		if err := u.limits.checkName(header.Name); err != nil {
			return err
		}
		folder, err := u.folder(path.Dir(header.Name))
		if err != nil {
			return err
		}
		switch header.Typeflag {
		case tar.TypeReg:
			err = u.file(folder, header, r)
		case tar.TypeSymlink:
			err = u.link(folder, header)
		default:
			err = fmt.Errorf("%s is neither a file nor a link", header.Name)
		}
		if err != nil {
			return err
		}
	}
}

// folder returns the open folder, and makes it if it is not there. It follows no link,
// since each part is one that it made.
func (u *unpacker) folder(name string) (*os.Root, error) {
	if name == u.at {
		return u.open, nil
	}
	if err := u.make(name); err != nil {
		return nil, err
	}
	folder, err := u.root.OpenRoot(name)
	if err != nil {
		return nil, hostFailed(err)
	}
	if u.open != u.root {
		u.open.Close()
	}
	u.open, u.at = folder, name
	return folder, nil
}

func (u *unpacker) make(name string) error {
	if u.folders[name] {
		return nil
	}
	if err := u.make(path.Dir(name)); err != nil {
		return err
	}
	err := u.root.Mkdir(name, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is a file or a link, and has files below it", name)
	}
	if err != nil {
		return hostFailed(err)
	}
	u.folders[name] = true
	return nil
}

func (u *unpacker) file(folder *os.Root, header *tar.Header, content io.Reader) error {
	if header.Size < 0 || header.Size > u.limits.Bytes-u.bytes {
		return fmt.Errorf("it holds more than %s", size(u.limits.Bytes))
	}
	u.bytes += header.Size
	mode := fs.FileMode(0o444)
	if header.Mode&0o100 != 0 {
		mode = 0o555
	}
	name := path.Base(header.Name)
	file, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return u.notMade(header.Name, err)
	}
	if err = u.copy(file, content); err == nil {
		err = asHost(file.Chmod(mode))
	}
	if err := errors.Join(err, asHost(file.Close())); err != nil {
		return err
	}
	return asHost(folder.Chtimes(name, fileTime, fileTime))
}

// copy tells apart who failed, the bundle or the disk.
func (u *unpacker) copy(file io.Writer, content io.Reader) error {
	for {
		n, err := content.Read(u.buffer)
		if _, err := file.Write(u.buffer[:n]); err != nil {
			return hostFailed(err)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (u *unpacker) link(folder *os.Root, header *tar.Header) error {
	if err := u.limits.checkLink(header.Name, header.Linkname); err != nil {
		return err
	}
	if err := folder.Symlink(header.Linkname, path.Base(header.Name)); err != nil {
		return u.notMade(header.Name, err)
	}
	return nil
}

// notMade is the error of an entry that cannot be made.
func (u *unpacker) notMade(name string, err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s stands in it twice", name)
	}
	return hostFailed(err)
}

// seal makes the folders read only, those within others first.
func (u *unpacker) seal() error {
	names := slices.Sorted(maps.Keys(u.folders))
	slices.Reverse(names) // . comes before letters, and some signs before it
	names = append(slices.DeleteFunc(names, func(name string) bool { return name == "." }), ".")
	for _, name := range names {
		if err := u.root.Chtimes(name, fileTime, fileTime); err != nil {
			return hostFailed(err)
		}
		if err := u.root.Chmod(name, 0o555); err != nil {
			return hostFailed(err)
		}
	}
	return nil
}

func asHost(err error) error {
	if err == nil {
		return nil
	}
	return hostFailed(err)
}

// removeTree removes a folder whose folders are read only. It is no error if there is
// none.
func removeTree(folder string) error {
	info, err := os.Lstat(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.IsDir() {
		_ = fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, _ error) error {
			if entry != nil && entry.IsDir() {
				_ = os.Chmod(path.Join(folder, name), 0o700)
			}
			return nil
		})
	}
	return os.RemoveAll(folder)
}
