package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/adapters/storetest"
	"github.com/benchbus/benchbus/domain"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) domain.Store {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Config{})
		require.NoError(t, err)
		return store
	})
	storetest.RunShared(t, func(t *testing.T) func() (domain.Store, error) {
		path := filepath.Join(t.TempDir(), "store.db")
		return func() (domain.Store, error) { return sqlite.Open(t.Context(), path, sqlite.Config{}) }
	})
}
