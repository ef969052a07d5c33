package bundle

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/benchbus/benchbus/domain"
)

// Unpack checks the bundle that r reads, and unpacks it into the folder, which must not
// be there yet. The files and folders in it are read only, and all have the same time.
//
// Its error has class ClassSource if the bundle cannot be read, is not what its digest
// says, breaks the rules of the format or exceeds the limits; class ClassHost if the
// folder cannot be written; and is that of the context if it ended. After an error the
// folder is not there.
//
// The digest is checked while the bundle is read, so that it need not be stored. Until
// Unpack returns, the folder holds what nobody has checked yet.
func Unpack(ctx context.Context, r io.Reader, d domain.Digest, into string, limits Limits) (err error) {
	limits = limits.WithDefaults()
	if err := limits.validate(); err != nil {
		return err
	}
	if !d.Valid() {
		return domain.Fail(domain.ClassSource, "%w", notADigest(d))
	}
	if err := os.Mkdir(into, 0o700); err != nil {
		return domain.Fail(domain.ClassHost, "a bundle cannot be unpacked: %w", err)
	}
	defer func() {
		if err == nil {
			return
		}
		if left := removeTree(into); left != nil {
			err = errors.Join(err, left)
		}
	}()
	u, err := newUnpacker(into, limits)
	if err != nil {
		return err
	}
	defer u.close()
	source := &source{ctx: ctx, from: r, sum: sha256.New(), left: limits.stream()}
	problem := u.read(source)
	var failure *domain.ExecutionError
	if problem != nil && source.err == nil && !errors.As(problem, &failure) {
		_, _ = io.Copy(io.Discard, source) // read the rest, in order to tell what is wrong: the digest or the content
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case source.err != nil:
		return domain.Fail(domain.ClassSource, "the bundle %s cannot be read: %w", d, source.err)
	case failure != nil:
		return failure
	case hex.EncodeToString(source.sum.Sum(nil)) != d.Hex():
		return domain.Fail(domain.ClassSource, "the bundle %s is not what its digest says: it was cut off or tampered with; remove it where bundles lie, and dispatch again", d)
	case problem != nil:
		return domain.Fail(domain.ClassSource, "the bundle %s breaks the rules for bundles: %w", d, problem)
	}
	return u.seal()
}

// read unpacks all entries, and reads the bundle to its end.
func (u *unpacker) read(source io.Reader) error {
	buffered := bufio.NewReaderSize(source, bufferSize)
	unzipped, err := gzip.NewReader(buffered)
	if err != nil {
		return fmt.Errorf("it is not compressed by gzip: %w", err)
	}
	unzipped.Multistream(false)
	archive := &bounded{from: unzipped, left: u.limits.stream()}
	if err := u.entries(archive); err != nil {
		return err
	}
	switch n, err := io.ReadFull(archive, make([]byte, 1)); {
	case n > 0:
		return errors.New("there is something behind the end of the archive")
	case err != io.EOF:
		return err
	}
	if _, err := buffered.ReadByte(); err != io.EOF {
		return errors.New("there is something behind the end of the compressed bytes")
	}
	return nil
}

// source is the bundle as it comes. It remembers why it failed.
type source struct {
	ctx  context.Context
	from io.Reader
	sum  hash.Hash
	left int64
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.from.Read(p)
	s.sum.Write(p[:n])
	if s.left -= int64(n); s.left < 0 {
		err = errTooLarge
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

var errTooLarge = errors.New("it is larger than any bundle within the limits")

// bounded fails when more is read than a bundle may hold.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// notADigest is the error of a digest that is none.
func notADigest(d domain.Digest) error {
	return fmt.Errorf("%.100q is not the digest of a bundle: it must be sha256: and 64 hexadecimal digits", d)
}
