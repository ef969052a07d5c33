package bundletest

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func manyAtOnce(s *suite) {
	problems := make([]error, 16)
	parallel(len(problems), func(i int) {
		problems[i] = roundTrip(s.ctx, s.Bundles, noise(byte(i/2), 100_000+i/2)) // two of each
	})
	require.NoError(s, errors.Join(problems...))
}

func sameAtOnce(s *suite) {
	bundle := noise(1, 1<<20)
	problems := make([]error, 16)
	parallel(len(problems), func(i int) { problems[i] = roundTrip(s.ctx, s.Bundles, bundle) })
	require.NoError(s, errors.Join(problems...))
	s.requireThere(bundle)
}

// roundTrip puts a bundle, and reads it.
func roundTrip(ctx context.Context, b domain.Bundles, bundle []byte) error {
	d := digestOf(bundle)
	if err := b.Put(ctx, d, plain(bundle)); err != nil {
		return err
	}
	if has, err := b.Has(ctx, d); !has || err != nil {
		return fmt.Errorf("what was put is not there: %w", err)
	}
	r, err := b.Open(ctx, d)
	if err != nil {
		return err
	}
	got, err := io.ReadAll(r)
	if err == nil && digestOf(got) != d {
		err = errors.New("other bytes came back")
	}
	return errors.Join(err, r.Close())
}

func endedContext(s *suite) {
	bundle := noise(1, 1000)
	d := s.put(bundle)
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	for _, d := range []domain.Digest{d, digestOf(noise(3, 1000))} {
		_, err := s.Has(ctx, d)
		require.Error(s, err)
		_, err = s.Open(ctx, d)
		require.Error(s, err)
		require.NotErrorIs(s, err, domain.ErrNoBundle, "nobody has looked")
	}
	other := noise(2, 1000)
	require.Error(s, s.Put(ctx, digestOf(other), plain(other)))
	s.requireMissing(digestOf(other))
}

func blockedPut(s *suite) {
	bundle := noise(1, 300_000)
	d := digestOf(bundle)
	stuck := newGate(bundle[:200_000], bundle[200_000:])
	ctx, cancel := context.WithCancel(s.ctx)
	done := s.begin(ctx, s.Bundles, d, stuck)
	cancel()
	select {
	case err := <-done:
		require.Error(s, err)
	case <-s.ctx.Done():
		require.FailNow(s, "Put did not end with its context")
	}
	s.requireMissing(d)
	stuck.open()
	s.put(bundle)
	s.requireThere(bundle)
}

func endedReads(s *suite) {
	d := s.put(noise(1, 8<<20))
	ctx, cancel := context.WithCancel(s.ctx)
	r, err := s.Open(ctx, d)
	require.NoError(s, err)
	_, err = io.CopyN(io.Discard, r, 10)
	require.NoError(s, err)
	cancel()
	_, err = io.Copy(io.Discard, r)
	require.Error(s, err)
	_ = r.Close()
}
