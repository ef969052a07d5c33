package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// What a broker cannot carry beside a message must be found before it is sent.
func TestIdsAndAddressesHaveTheLengthThatABrokerTakes(t *testing.T) {
	execute, executed := compile(t, domain.SchemaExecute), compile(t, domain.SchemaExecuted)
	run := newRun(t, 1, "a")
	for _, excess := range []int{0, 1} {
		check := func(schemaErr, err error) {
			t.Helper()
			require.Equal(t, excess == 1, schemaErr != nil)
			if excess == 0 {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "bytes long")
			require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
		}
		id := domain.RunID(strings.Repeat("r", domain.MaxRunID+excess))
		cmd := run.Plan.Message(id, 1, "replies")
		check(validate(t, execute, cmd), cmd.Check())
		cmd = run.Plan.Message("run", 1, strings.Repeat("q", domain.MaxAddress+excess))
		check(validate(t, execute, cmd), cmd.Check())
		answer := done(id, 1)
		check(validate(t, executed, answer), answer.Check())
	}
}
