package storetest_test

import (
	"testing"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/storetest"
	"github.com/benchbus/benchbus/domain"
)

// An adapter's test gives the suite a function that opens an empty store.
func ExampleRun() {
	var TestConformance = func(t *testing.T) {
		storetest.Run(t, func(*testing.T) domain.Store { return memstore.New() })
	}
	_ = TestConformance // go test finds it by name
	// Output:
}
