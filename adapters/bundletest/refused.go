package bundletest

import (
	"io"

	"github.com/stretchr/testify/require"
)

func otherDigest(s *suite) {
	d := digestOf(noise(1, 1000))
	for _, other := range [][]byte{noise(2, 1000), {}, append(noise(1, 999), 0)} {
		require.Error(s, s.Put(s.ctx, d, plain(other)))
		s.requireMissing(d)
		s.requireMissing(digestOf(other)) // it is not stored under its own name either
	}
}

func cutOff(s *suite) {
	for _, size := range []int{1000, 300_000} {
		bundle := noise(1, size)
		require.Error(s, s.Put(s.ctx, digestOf(bundle), plain(bundle[:size-1])))
		s.requireMissing(digestOf(bundle))
	}
}

func moreAtItsEnd(s *suite) {
	bundle := noise(1, 300_000)
	require.Error(s, s.Put(s.ctx, digestOf(bundle), plain(append(noise(1, 300_000), 0))))
	s.requireMissing(digestOf(bundle))
}

func readerFails(s *suite) {
	bundle := noise(1, 300_000)
	for _, read := range []int{0, 1, 299_999, 300_000} { // in the end it has all bytes, and fails all the same
		require.Error(s, s.Put(s.ctx, digestOf(bundle), failing(bundle[:read])))
		s.requireMissing(digestOf(bundle))
	}
	cut := io.MultiReader(plain(bundle[:1000]), readerFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))
	require.Error(s, s.Put(s.ctx, digestOf(bundle), cut))
	s.requireMissing(digestOf(bundle))
}

func rightAfterWrong(s *suite) {
	bundle := noise(1, 300_000)
	require.Error(s, s.Put(s.ctx, digestOf(bundle), plain(bundle[1:])))
	require.Error(s, s.Put(s.ctx, digestOf(bundle), failing(bundle)))
	s.put(bundle)
	s.requireThere(bundle)
}

func unseen(s *suite) {
	bundle := noise(1, 1<<20)
	d := digestOf(bundle)
	slow := newGate(bundle, nil)
	done := s.begin(s.ctx, s.Bundles, d, slow) // all bytes are read, but nobody knows yet that these are all
	s.requireMissing(d)
	slow.open()
	require.NoError(s, <-done)
	s.requireThere(bundle)
}
