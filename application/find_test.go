package application_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

func TestAnEmptyIdFindsNoRun(t *testing.T) {
	store := memstore.New()
	require.NoError(t, store.CreateRun(t.Context(), newRun(t, 1)))
	_, err := application.FindRun(t.Context(), store, "")
	require.ErrorIs(t, err, domain.ErrRunNotFound)
}

func TestFindRun(t *testing.T) {
	store := memstore.New()
	check := func(name string, want domain.RunID, problem string) {
		t.Helper()
		id, err := application.FindRun(t.Context(), store, name)
		if problem != "" {
			require.ErrorContains(t, err, problem)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, id)
	}
	check("last", "", "nothing has been run yet")
	for _, id := range []domain.RunID{"20260101-1", "20260101-12", "20260202-1"} {
		run := newRun(t, 1)
		run.ID = id
		require.NoError(t, store.CreateRun(t.Context(), run))
	}
	check("last", "20260202-1", "")
	check("20260202", "20260202-1", "")
	check("20260101-1", "20260101-1", "") // a whole id, with which another one begins
	check("20260101", "", "give more of the id")
	check("2027", "", `"2027"`)
}
