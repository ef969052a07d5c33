package watermillbus

import (
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// A bad result of a batch gets the id of the iteration that it names, if it is of the
// same run.
func TestAPartOfABatchHasAnIDOfItsOwn(t *testing.T) {
	check := func(want, part string) {
		t.Helper()
		batch := message.NewMessage("run/4", []byte("all of it"))
		batch.Metadata[keyType], batch.Metadata[keyCorrelation] = domain.SchemaExecutedBatch, "run"
		alone := partOf(batch, 1, []byte(part))
		require.Equal(t, want, alone.UUID)
		require.Equal(t, part, string(alone.Payload))
		require.Equal(t, domain.SchemaExecuted, alone.Metadata.Get(keyType))
		require.Equal(t, domain.SchemaExecutedBatch, batch.Metadata.Get(keyType), "the batch stays as it is")
	}
	check("run/7", `{"run_id":"run","iteration":7}`)
	check("run/10000000", `{"run_id":"run","iteration":10000000}`)
	for _, unsaid := range []string{
		`{"run_id":"another","iteration":7}`, `{"run_id":"run","iteration":0}`, `{"run_id":"run","iteration":10000001}`, `{"iteration":7}`, `7`, `{`,
	} {
		check("run/4#2", unsaid)
	}
}
