package bundle

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// fileTime is the time of all files, in bundles and unpacked. It is an old one, since
// PHP's opcache does not keep files of the last seconds, and not 0, which it takes for
// none.
var fileTime = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// bufferSize is the number of bytes that are copied at once.
const bufferSize = 256 << 10

// Packed says what [Pack] has packed.
type Packed struct {
	// Digest is the digest of the bundle.
	Digest domain.Digest
	// Files is the number of files and links.
	Files int
	// Bytes is the size of all files together, not compressed.
	Bytes int64
}

// Pack writes a bundle of files and links to w. Their names are relative to root, with
// slashes between their parts; each is packed once, in whatever order they are given. It
// checks all of them before it writes anything.
//
// A file must not change while it is packed. That is an error, and so is a file that is
// not there, what is neither a file nor a link, a link that leads out of root, and more
// than the limits allow. After an error, what was written to w is of no use. The error is
// that of the context if it ended.
func Pack(ctx context.Context, w io.Writer, root string, files []string, limits Limits) (Packed, error) {
	limits = limits.WithDefaults()
	if err := limits.validate(); err != nil {
		return Packed{}, err
	}
	tree, err := os.OpenRoot(root)
	if err != nil {
		return Packed{}, fmt.Errorf("the project's folder cannot be opened: %w", err)
	}
	defer tree.Close()
	entries, err := survey(ctx, tree, files, limits)
	if err != nil {
		return Packed{}, err
	}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), bufferSize)
	compressor, err := gzip.NewWriterLevel(out, gzip.BestSpeed) // the header has neither time nor name
	if err != nil {
		return Packed{}, err
	}
	p := packer{root: tree, archive: tar.NewWriter(compressor), buffer: make([]byte, bufferSize)}
	packed := Packed{Files: len(entries)}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return Packed{}, err
		}
		written, err := p.add(e)
		if err != nil {
			return Packed{}, err
		}
		packed.Bytes += written
	}
	for _, end := range []func() error{p.archive.Close, compressor.Close, out.Flush} {
		if err := end(); err != nil {
			return Packed{}, notWritten(err)
		}
	}
	packed.Digest = domain.Digest("sha256:" + hex.EncodeToString(sum.Sum(nil)))
	return packed, nil
}

func notWritten(err error) error { return fmt.Errorf("the bundle cannot be written: %w", err) }

// packer writes entries into an archive.
type packer struct {
	root    *os.Root
	archive *tar.Writer
	buffer  []byte
}

// add writes an entry, and returns the size of the file.
func (p *packer) add(e entry) (int64, error) {
	header := &tar.Header{Name: e.name, Mode: 0o644, ModTime: fileTime, Typeflag: tar.TypeReg}
	if e.target != "" {
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, e.target, 0o777
		if target, err := p.root.Readlink(e.name); err != nil || target != e.target {
			return 0, changed(e.name, err)
		}
		if err := p.archive.WriteHeader(header); err != nil {
			return 0, notWritten(err)
		}
		return 0, nil
	}
	if e.info.Mode()&0o100 != 0 {
		header.Mode = 0o755
	}
	header.Size = e.info.Size()
	file, err := p.root.OpenFile(e.name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // it may be a pipe by now
	if errors.Is(err, fs.ErrNotExist) {
		return 0, changed(e.name, err)
	}
	if err != nil {
		return 0, fmt.Errorf("%s cannot be read; make it readable, or leave it out: %w", e.name, err)
	}
	defer file.Close()
	if err := unchanged(e, file); err != nil {
		return 0, err
	}
	if err := p.archive.WriteHeader(header); err != nil {
		return 0, notWritten(err)
	}
	if err := p.copy(e, file); err != nil {
		return 0, err
	}
	return header.Size, unchanged(e, file)
}

// copy writes as many bytes of the file as it had when it was surveyed.
func (p *packer) copy(e entry, file io.Reader) error {
	for left := e.info.Size(); left > 0; {
		n, err := file.Read(p.buffer[:min(left, int64(len(p.buffer)))])
		if _, err := p.archive.Write(p.buffer[:n]); err != nil {
			return notWritten(err)
		}
		left -= int64(n)
		if err == io.EOF && left > 0 {
			return changed(e.name, nil)
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s cannot be read: %w", e.name, err)
		}
	}
	return nil
}

// unchanged fails unless the open file is as it was when it was surveyed.
func unchanged(e entry, file *os.File) error {
	now, err := file.Stat()
	if err != nil || !os.SameFile(e.info, now) || now.Size() != e.info.Size() || now.Mode() != e.info.Mode() || !now.ModTime().Equal(e.info.ModTime()) {
		return changed(e.name, err)
	}
	return nil
}

// changed is the error of a file that somebody wrote to, or removed, meanwhile.
func changed(name string, err error) error {
	const again = "while the project was packed; try again when nothing writes to it"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s vanished %s", name, again)
	case err != nil:
		return fmt.Errorf("%s changed %s: %w", name, again, err)
	}
	return fmt.Errorf("%s changed %s", name, again)
}
