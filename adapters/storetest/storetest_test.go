package storetest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/memstore"
	"github.com/benchbus/benchbus/adapters/storetest"
	"github.com/benchbus/benchbus/domain"
)

// broken is a store that records nothing.
type broken struct{ domain.Store }

func (broken) Record(context.Context, domain.RunID, []domain.IterationExecuted) ([]bool, error) {
	return nil, errors.New("the disk is away")
}

const child = "BENCHBUS_STORETEST_CHILD"

// A store that fails must fail the suite, and must not stop it.
func TestASuiteOfABrokenStoreEnds(t *testing.T) {
	if os.Getenv(child) != "" {
		storetest.Run(t, func(*testing.T) domain.Store { return broken{memstore.New()} })
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	suite := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestASuiteOfABrokenStoreEnds$/Close_while_the_store_is_in_use")
	suite.Env = append(os.Environ(), child+"=1")
	said, err := suite.CombinedOutput()
	require.NoError(t, ctx.Err(), "it hangs: %s", said)
	require.Error(t, err)
	require.Contains(t, string(said), "the disk is away")
}
