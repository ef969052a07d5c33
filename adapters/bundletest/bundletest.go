// Package bundletest is the conformance suite of [domain.Bundles], which every place of
// bundles must pass. An adapter's test calls [Test] with a function that makes an empty
// place. It also calls [TestShared] if several handles can share the same place.
package bundletest

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// patience bounds every test of the suite. No assertion depends on it.
const patience = time.Minute

// Test tests a place of bundles for the contract of [domain.Bundles]. open makes an empty
// place for each test. It may use t to clean up and to fail. The place must take bundles
// of 8 MiB.
func Test(t *testing.T, open func(t *testing.T) domain.Bundles) {
	for name, test := range map[string]func(*suite){
		"a bundle comes back as it was put":                 comesBack,
		"a bundle may be empty, small or large":             anySize,
		"a bundle is there or not":                          thereOrNot,
		"bundles are kept apart":                            apart,
		"a bundle can be put again":                         putAgain,
		"a bundle that is there need not be read":           needNotRead,
		"a bundle that is there keeps its bytes":            neverChanges,
		"a bundle with another digest is refused":           otherDigest,
		"a bundle that was cut off is refused":              cutOff,
		"a bundle with more at its end is refused":          moreAtItsEnd,
		"a bundle whose reader fails is refused":            readerFails,
		"what was refused can be put rightly":               rightAfterWrong,
		"nobody sees a bundle before it is complete":        unseen,
		"what is no digest is refused":                      noDigest,
		"two readers do not disturb each other":             twoReaders,
		"a reader can be closed at any time":                closedEarly,
		"many put and read at once":                         manyAtOnce,
		"many put the same at once":                         sameAtOnce,
		"a context that has ended ends everything":          endedContext,
		"Put ends with its context while its reader blocks": blockedPut,
		"reads end with the context of Open":                endedReads,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			test(&suite{T: t, Bundles: open(t), ctx: ctx})
		})
	}
}

// suite holds one test and its place of bundles.
type suite struct {
	*testing.T
	domain.Bundles
	ctx context.Context
}

// has reports whether the bundle is there.
func (s *suite) has(d domain.Digest) bool {
	s.Helper()
	has, err := s.Has(s.ctx, d)
	require.NoError(s, err)
	return has
}

// put stores the bundle, and returns its digest.
func (s *suite) put(bundle []byte) domain.Digest {
	s.Helper()
	d := digestOf(bundle)
	require.NoError(s, s.Put(s.ctx, d, plain(bundle)))
	return d
}

// get returns the bytes of a bundle.
func (s *suite) get(d domain.Digest) []byte {
	s.Helper()
	r, err := s.Open(s.ctx, d)
	require.NoError(s, err)
	bundle, err := io.ReadAll(r)
	require.NoError(s, err)
	require.NoError(s, r.Close())
	return bundle
}

// requireMissing fails if anything of the bundle can be seen.
func (s *suite) requireMissing(d domain.Digest) {
	s.Helper()
	require.False(s, s.has(d))
	_, err := s.Open(s.ctx, d)
	require.ErrorIs(s, err, domain.ErrNoBundle)
}

// requireThere fails unless the bundle can be read.
func (s *suite) requireThere(bundle []byte) {
	s.Helper()
	d := digestOf(bundle)
	require.True(s, s.has(d))
	require.Equal(s, d, digestOf(s.get(d)))
}
