package bundlehttp

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// sending is a bundle on its way to the server. It ends with an error if it is not what its
// digest says, so that the server gets no end of it and stores nothing.
//
// The transport may read on when the request is over, so that its fields are guarded.
type sending struct {
	digest domain.Digest
	from   io.Reader
	idle   *exchange

	mu    sync.Mutex
	sum   hash.Hash
	ended bool
	err   error
}

func newSending(d domain.Digest, bundle io.Reader) *sending {
	return &sending{digest: d, from: bundle, sum: sha256.New()}
}

func (s *sending) Read(p []byte) (int, error) {
	s.idle.pause() // the server cannot take what is not there yet
	n, err := s.from.Read(p)
	s.idle.resume()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Write(p[:n])
	if err == io.EOF {
		if got := hex.EncodeToString(s.sum.Sum(nil)); got != s.digest.Hex() {
			err = fmt.Errorf("it has the digest sha256:%s", got)
		} else {
			s.ended = true
		}
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
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
