package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// storeFlags say which file holds the results.
type storeFlags struct{ path string }

func (s *storeFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.path, "store", "", "file that keeps runs and results (default: benchbus.db in the user's data folder)")
}

// open opens the store, and creates it if it does not exist.
func (s *storeFlags) open(ctx context.Context) (domain.Store, error) {
	return s.with(func(path string) (*sqlite.Store, error) { return sqlite.Open(ctx, path, sqlite.Config{}) })
}

// existing opens the store of a command that continues a run. It does not create one.
func (s *storeFlags) existing(ctx context.Context) (domain.Store, error) {
	return s.with(func(path string) (*sqlite.Store, error) {
		return sqlite.Open(ctx, path, sqlite.Config{MustExist: true})
	})
}

// read opens the store of a command that only reads.
func (s *storeFlags) read(ctx context.Context) (domain.Store, error) {
	return s.with(func(path string) (*sqlite.Store, error) {
		return sqlite.OpenForReading(ctx, path, sqlite.Config{})
	})
}

// with opens the file that the flag names, or the default file. If the default file
// does not exist, nothing has been run yet, which is no error: with returns an empty
// store.
func (s *storeFlags) with(open func(path string) (*sqlite.Store, error)) (domain.Store, error) {
	path := s.path
	var err error
	if path == "" {
		path, err = sqlite.DefaultPath()
	}
	var store *sqlite.Store
	if err == nil {
		store, err = open(path)
	}
	switch {
	case err == nil:
		return store, nil
	case s.path == "" && errors.Is(err, sqlite.ErrMissing):
		return memstore.New(), nil
	}
	return nil, unavailable(fmt.Errorf("%w; --store chooses the file", err))
}
