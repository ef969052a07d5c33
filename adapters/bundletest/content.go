package bundletest

import (
	"io"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func comesBack(s *suite) {
	bundle := noise(1, 100_000)
	require.Equal(s, bundle, s.get(s.put(bundle)))
}

func anySize(s *suite) {
	for _, size := range []int{0, 1, 511, 4096, 65_537, 8 << 20} {
		bundle := noise(2, size)
		s.put(bundle)
		s.requireThere(bundle)
	}
}

func thereOrNot(s *suite) {
	bundle := noise(1, 10)
	d := digestOf(bundle)
	s.requireMissing(d)
	s.put(bundle)
	s.requireThere(bundle)
}

func apart(s *suite) {
	s.put(noise(1, 1000))
	s.requireMissing(digestOf(noise(2, 1000)))
	s.put(noise(2, 1000))
	s.requireThere(noise(1, 1000))
	s.requireThere(noise(2, 1000))
}

func putAgain(s *suite) {
	bundle := noise(1, 1000)
	s.put(bundle)
	s.put(bundle)
	s.requireThere(bundle)
}

func needNotRead(s *suite) {
	bundle := noise(1, 1000)
	d := s.put(bundle)
	require.NoError(s, s.Put(s.ctx, d, failing(nil)))
	s.requireThere(bundle)
}

func neverChanges(s *suite) {
	bundle := noise(1, 200_000)
	d := s.put(bundle)
	r, err := s.Open(s.ctx, d)
	require.NoError(s, err)
	_ = s.Put(s.ctx, d, plain(noise(2, 200_000))) // whether it succeeds or not
	got, err := io.ReadAll(r)
	require.NoError(s, err)
	require.NoError(s, r.Close())
	require.Equal(s, d, digestOf(got))
	s.requireThere(bundle)
}

func twoReaders(s *suite) {
	bundle := noise(1, 1<<20)
	d := s.put(bundle)
	one, err := s.Open(s.ctx, d)
	require.NoError(s, err)
	_, err = io.CopyN(io.Discard, one, 10_000)
	require.NoError(s, err)
	two, err := s.Open(s.ctx, d)
	require.NoError(s, err)
	require.NoError(s, one.Close())
	got, err := io.ReadAll(two)
	require.NoError(s, err)
	require.NoError(s, two.Close())
	require.Equal(s, d, digestOf(got))
}

func closedEarly(s *suite) {
	d := s.put(noise(1, 4<<20))
	for _, read := range []int64{0, 1, 100_000} {
		r, err := s.Open(s.ctx, d)
		require.NoError(s, err)
		_, err = io.CopyN(io.Discard, r, read)
		require.NoError(s, err)
		require.NoError(s, r.Close())
	}
}

func noDigest(s *suite) {
	hex := strings.Repeat("a", 64)
	for _, bad := range []string{
		"", "sha256:", hex, "sha256:" + hex[1:], "sha256:" + hex + "a", "sha256:" + strings.ToUpper(hex), "SHA256:" + hex, "sha512:" + hex,
		"sha256:" + hex + "\n", " sha256:" + hex, "sha256:" + hex[:63] + "/", "sha256:../" + hex[3:], "sha256:" + strings.Repeat("../", 21) + "x",
		"../sha256:" + hex, "sha256:" + hex[:63] + "\x00", "sha256:" + hex[:60] + "?a=b", "*", ".", "/",
	} {
		d := domain.Digest(bad)
		has, err := s.Has(s.ctx, d)
		require.Error(s, err, "%q", bad)
		require.False(s, has)
		require.Error(s, s.Put(s.ctx, d, plain(nil)), "%q", bad)
		_, err = s.Open(s.ctx, d)
		require.Error(s, err, "%q", bad)
		require.NotErrorIs(s, err, domain.ErrNoBundle, "%q can be no bundle's", bad)
	}
}
