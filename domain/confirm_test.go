package domain_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestInsist(t *testing.T) {
	t.Parallel()
	unconfirmed, refused := fmt.Errorf("publish: %w", domain.ErrUnconfirmed), errors.New("refused")
	check := func(tries int, want error, answers ...error) {
		t.Helper()
		sent, again := 0, 0
		err := domain.SendUntilConfirmed(t.Context(), func() error { sent++; return answers[sent-1] }, func() { again++ })
		require.Equal(t, want, err)
		require.Equal(t, tries, sent)
		require.Equal(t, tries-1, again)
	}
	check(1, nil, nil)
	check(1, refused, refused)
	check(3, nil, unconfirmed, unconfirmed, nil)
	check(2, refused, unconfirmed, refused)

	ended, end := context.WithCancel(t.Context())
	end()
	require.Equal(t, unconfirmed, domain.SendUntilConfirmed(ended, func() error { return unconfirmed }, func() { require.FailNow(t, "again") }))
}
