package bundletest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// TestShared tests handles that share a place for the contract: each sees what another one
// put, at once. place makes an empty place. The function that it returns opens another
// handle of it each time.
func TestShared(t *testing.T, place func(t *testing.T) (open func() domain.Bundles)) {
	for name, test := range map[string]func(*suite, func() domain.Bundles){
		"what one puts the others see":    seen,
		"nobody sees what another begins": begun,
		"all put the same at once":        sharedAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			test(&suite{T: t, ctx: ctx}, place(t))
		})
	}
}

func seen(s *suite, open func() domain.Bundles) {
	one, two := open(), open()
	for i := range byte(5) {
		s.Bundles = one
		s.put(noise(i, 10_000))
		s.Bundles = two
		s.requireThere(noise(i, 10_000))
	}
	s.Bundles = open()
	s.requireThere(noise(0, 10_000))
}

func begun(s *suite, open func() domain.Bundles) {
	bundle := noise(1, 300_000)
	d := digestOf(bundle)
	slow := newGate(bundle, nil)
	done := s.begin(s.ctx, open(), d, slow)
	s.Bundles = open()
	s.requireMissing(d)
	s.put(bundle) // and need not wait for the other one
	s.requireThere(bundle)
	slow.open()
	require.NoError(s, <-done)
	s.requireThere(bundle)
}

func sharedAtOnce(s *suite, open func() domain.Bundles) {
	problems := make([]error, 8)
	handles := make([]domain.Bundles, len(problems))
	for i := range handles {
		handles[i] = open()
	}
	parallel(len(problems), func(i int) { problems[i] = roundTrip(s.ctx, handles[i], noise(byte(i/4), 300_000)) })
	require.NoError(s, errors.Join(problems...))
}
