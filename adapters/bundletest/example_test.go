package bundletest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundletest"
	"github.com/benchbus/benchbus/domain"
)

// An adapter's test gives the suite a function that makes an empty place.
func ExampleTest() {
	var TestConformance = func(t *testing.T) {
		bundletest.Test(t, func(t *testing.T) domain.Bundles {
			folder, err := bundle.NewFolder(t.TempDir())
			require.NoError(t, err)
			return folder
		})
	}
	_ = TestConformance // go test finds it by name
	// Output:
}
