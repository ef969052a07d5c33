package bundletest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// noise returns that many bytes, which do not compress. Another seed gives others.
func noise(seed byte, bytes int) []byte {
	out := make([]byte, bytes)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(out) // never fails
	return out
}

func digestOf(bundle []byte) domain.Digest {
	sum := sha256.Sum256(bundle)
	return domain.Digest("sha256:" + hex.EncodeToString(sum[:]))
}

// plain returns a reader that can do nothing but read, as a pipe.
func plain(bundle []byte) io.Reader { return struct{ io.Reader }{bytes.NewReader(bundle)} }

var errReader = errors.New("the reader has failed")

// failing returns a reader that fails after those bytes.
func failing(bundle []byte) io.Reader {
	return io.MultiReader(plain(bundle), readerFunc(func([]byte) (int, error) { return 0, errReader }))
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// gate is a reader that gives its first part, and the rest once it is opened.
type gate struct {
	io.Reader
	reached chan struct{} // closed when the first part has been read
	open    func()
}

func newGate(first, rest []byte) *gate {
	opened := make(chan struct{})
	g := &gate{reached: make(chan struct{}), open: sync.OnceFunc(func() { close(opened) })}
	reach := sync.OnceFunc(func() { close(g.reached) })
	wait := readerFunc(func([]byte) (int, error) {
		reach()
		<-opened
		return 0, io.EOF // ends this part of the whole
	})
	g.Reader = io.MultiReader(plain(first), wait, plain(rest))
	return g
}

// begin puts a bundle through a gate, and returns once the first part has been read. The
// channel gets the outcome.
func (s *suite) begin(ctx context.Context, b domain.Bundles, d domain.Digest, g *gate) <-chan error {
	s.Helper()
	s.Cleanup(g.open)
	done := make(chan error, 1)
	go func() { done <- b.Put(ctx, d, g) }()
	select {
	case <-g.reached:
	case err := <-done:
		require.FailNow(s, "Put returned before it has read the bundle to its end", "its error: %v", err)
	case <-s.ctx.Done():
		require.FailNow(s, "Put does not read the bundle")
	}
	return done
}

// parallel runs the function that many times at once, and waits for all.
func parallel(times int, do func(i int)) {
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() { do(i) })
	}
	all.Wait()
}
