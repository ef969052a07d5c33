package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/benchbus/benchbus/domain"
)

const (
	// partPattern matches the files of bundles that are being written.
	partPattern = "*.part"
	// partAge is the age from which such a file is one that a killed process left behind.
	// Somebody who writes changes its time.
	partAge = time.Hour
)

// Put stores the bundle; see [domain.Bundles]. If the context ends while a read from the
// bundle blocks, that read goes on until it returns.
func (f *Folder) Put(ctx context.Context, d domain.Digest, bundle io.Reader) error {
	there, err := f.Has(ctx, d)
	if there || err != nil {
		return err
	}
	f.removeParts()
	part, err := os.CreateTemp(f.dir, partPattern)
	if err != nil {
		return fmt.Errorf("a bundle cannot be stored: %w", err)
	}
	if err = f.write(ctx, d, part, bundle); err != nil {
		_ = os.Remove(part.Name())
	}
	return err
}

// write writes the bundle into the file, and renames the file when all is well. Each step
// is on the disk before the next one begins, so that no bundle is there in part after the
// power failed.
func (f *Folder) write(ctx context.Context, d domain.Digest, part *os.File, bundle io.Reader) error {
	defer part.Close()
	sum := sha256.New()
	if err := copyUntil(ctx, io.MultiWriter(part, sum), bundle); err != nil {
		return fmt.Errorf("the bundle %s is not stored: %w", d, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != d.Hex() {
		return fmt.Errorf("the bundle has the digest sha256:%s and not %s: it was cut off or changed on its way", got, d)
	}
	for _, step := range []func() error{
		func() error { return part.Chmod(0o644) },
		part.Sync,
		part.Close,
		func() error { return os.Rename(part.Name(), f.path(d)) },
		f.sync,
	} {
		if err := step(); err != nil {
			return fmt.Errorf("the bundle %s is not stored: %w", d, err)
		}
	}
	return nil
}

// sync makes names in the folder durable.
func (f *Folder) sync() error {
	folder, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// removeParts removes what killed processes have left behind.
func (f *Folder) removeParts() {
	parts, _ := filepath.Glob(filepath.Join(f.dir, partPattern)) // fails only for a bad pattern
	for _, part := range parts {
		if info, err := os.Lstat(part); err == nil && time.Since(info.ModTime()) > partAge {
			_ = os.Remove(part)
		}
	}
}

// copyUntil copies until the end of from, or until the context ends. It reads in a goroutine
// of its own, because a read may block.
func copyUntil(ctx context.Context, to io.Writer, from io.Reader) error {
	type chunk struct {
		bytes []byte
		err   error
	}
	chunks, free := make(chan chunk), make(chan []byte, 2)
	free <- make([]byte, bufferSize)
	free <- make([]byte, bufferSize)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			var buffer []byte
			select {
			case buffer = <-free:
			case <-ended:
				return
			}
			n, err := from.Read(buffer)
			select {
			case chunks <- chunk{buffer[:n], err}:
			case <-ended:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case c := <-chunks:
			if _, err := to.Write(c.bytes); err != nil {
				return err
			}
			if c.err == io.EOF {
				return nil
			}
			if c.err != nil {
				return fmt.Errorf("it cannot be read: %w", c.err)
			}
			free <- c.bytes[:cap(c.bytes)]
		}
	}
	return context.Cause(ctx)
}
