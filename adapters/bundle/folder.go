package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/benchbus/benchbus/domain"
)

// Folder keeps bundles in a folder, each in a file that is named by its digest. Processes
// on several hosts may use it at once, if the file system renames atomically.
type Folder struct{ dir string }

var _ domain.Bundles = (*Folder)(nil)

// NewFolder returns the bundles in that folder. It makes the folder if it is missing.
func NewFolder(dir string) (*Folder, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		return nil, fmt.Errorf("the folder of bundles cannot be used: %w", err)
	}
	return &Folder{dir: dir}, nil
}

// path returns the file of a bundle. The digest must be valid.
func (f *Folder) path(d domain.Digest) string {
	return filepath.Join(f.dir, d.Hex()+".tar.gz")
}

// Has reports whether the bundle is there; see [domain.Bundles].
func (f *Folder) Has(ctx context.Context, d domain.Digest) (bool, error) {
	file, err := f.open(ctx, d)
	if errors.Is(err, domain.ErrNoBundle) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

// Open returns a reader of the bundle; see [domain.Bundles].
func (f *Folder) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	file, err := f.open(ctx, d)
	if err != nil {
		return nil, err
	}
	return &opened{ctx: ctx, file: file}, nil
}

func (f *Folder) open(ctx context.Context, d domain.Digest) (*os.File, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if !d.Valid() {
		return nil, notADigest(d)
	}
	file, err := os.OpenFile(f.path(d), os.O_RDONLY|syscall.O_NONBLOCK, 0) // opening a pipe must not wait
	if errors.Is(err, fs.ErrNotExist) {
		if _, gone := os.Stat(f.dir); gone != nil { // such as a share that is not mounted
			return nil, fmt.Errorf("the folder of bundles cannot be used: %w", gone)
		}
		return nil, fmt.Errorf("%s: %w", d, domain.ErrNoBundle)
	}
	if err != nil {
		return nil, fmt.Errorf("a bundle cannot be read: %w", err)
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, fmt.Errorf("%s is not a plain file; remove it", f.path(d))
	}
	return file, nil
}

// opened is a file that can be read until the context ends. It has no other powers of a
// file: io.Copy would copy around Read.
type opened struct {
	ctx  context.Context
	file *os.File
}

func (o *opened) Read(p []byte) (int, error) {
	if o.ctx.Err() != nil {
		return 0, context.Cause(o.ctx)
	}
	return o.file.Read(p)
}

func (o *opened) Close() error { return o.file.Close() }
