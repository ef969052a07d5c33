package bundlehttp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// sending is a bundle on its way to the server. It ends with an error if it is not what its
// digest says, so that the server gets no end of it and stores nothing.
//
// A goroutine reads the bundle, because the transport waits for reads of a body even when
// the request is over, and a read of the bundle may block.
type sending struct {
	*io.PipeReader
	idle *exchange

	mu    sync.Mutex
	ended bool
	err   error
}

func newSending(d domain.Digest, bundle io.Reader) *sending {
	r, w := io.Pipe()
	s := &sending{PipeReader: r}
	go func() {
		sum := sha256.New()
		_, err := io.Copy(io.MultiWriter(w, sum), errorsOf{bundle, s.failed})
		if got := hex.EncodeToString(sum.Sum(nil)); err == nil && got != d.Hex() {
			err = fmt.Errorf("it has the digest sha256:%s", got)
			s.failed(err)
		}
		s.mu.Lock()
		s.ended = err == nil
		s.mu.Unlock()
		_ = w.CloseWithError(err) // never fails
	}()
	return s
}

// Read gives the transport what the goroutine has read.
func (s *sending) Read(p []byte) (int, error) {
	s.idle.pause() // the server cannot take what is not there yet
	defer s.idle.resume()
	return s.PipeReader.Read(p)
}

func (s *sending) failed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// failure returns why the bundle could not be read to its end, or nil.
func (s *sending) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// complete reports whether the transport has got all of it.
func (s *sending) complete() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// errorsOf reads, and tells of each error but the end.
type errorsOf struct {
	io.Reader
	tell func(error)
}

func (e errorsOf) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err != nil && err != io.EOF {
		e.tell(err)
	}
	return n, err
}
