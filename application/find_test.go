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
	check("20260101-1", "20260101-1", "") // whole, although another begins so
	check("20260101", "", "give more of the id")
	check("2027", "", "`benchbus runs` lists them")
}

func TestSelect(t *testing.T) {
	a := &domain.Benchmark{Slug: "a", Runtimes: []domain.RuntimeName{"php74", "php84"}}
	b := &domain.Benchmark{Slug: "b", Runtimes: []domain.RuntimeName{"php84"}}
	both := []*domain.Benchmark{a, b}
	names := func(n ...domain.RuntimeName) []domain.RuntimeName { return n }

	entries, skipped := application.Select(both, nil, names("php74", "php84"))
	require.Equal(t, []domain.Entry{{Benchmark: a, Runtimes: names("php74", "php84")}, {Benchmark: b, Runtimes: names("php84")}}, entries)
	require.Empty(t, skipped)

	entries, skipped = application.Select(both, nil, names("php84"))
	require.Equal(t, []domain.Entry{{Benchmark: a, Runtimes: names("php84")}, {Benchmark: b, Runtimes: names("php84")}}, entries)
	require.Equal(t, []application.Skip{{Benchmark: "a", Runtime: "php74"}}, skipped)
	require.Equal(t, "a on php74: the runtime is not here", skipped[0].String())

	entries, skipped = application.Select(both, names("php74"), names("php74", "php84"))
	require.Equal(t, []domain.Entry{{Benchmark: a, Runtimes: names("php74")}}, entries)
	require.Equal(t, []application.Skip{{Benchmark: "b", Runtime: "php74", Unsupported: true}}, skipped)
	require.Equal(t, "b does not support php74", skipped[0].String())
}
