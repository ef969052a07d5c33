package watermillbus

import (
	"encoding/json"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// encodeBatch puts encoded results into one message, a wireResults. It copies them as
// they are, so that they are not encoded twice.
func encodeBatch(results []json.RawMessage) []byte {
	batch := []byte(`{"schema":"` + domain.SchemaExecutedBatch + `","results":[`)
	for i, result := range results {
		if i > 0 {
			batch = append(batch, ',')
		}
		batch = append(batch, result...)
	}
	return append(batch, "]}"...)
}

// decodeBatch returns the results of a wireResults message, each still encoded. Its
// error has class ClassUnreadable.
func decodeBatch(payload []byte) ([]json.RawMessage, error) {
	var batch wireResults
	if err := json.Unmarshal(payload, &batch); err != nil {
		return nil, domain.Fail(domain.ClassUnreadable, "the results are not the JSON that they should be: %w", err)
	}
	if batch.Schema != domain.SchemaExecutedBatch || len(batch.Results) == 0 {
		return nil, domain.Fail(domain.ClassUnreadable, "schema %q with %d results is no %s", batch.Schema, len(batch.Results), domain.SchemaExecutedBatch)
	}
	return batch.Results, nil
}

// partOf makes a message of its own from result number i of a batch, because that
// result cannot be read. The message gets the id of the iteration that the result
// names, if the result names the run of its batch. Otherwise it gets the batch's id,
// which is that of the first result, and its number.
func partOf(batch *message.Message, i int, part []byte) *message.Message {
	alone := batch.Copy()
	alone.Payload = part
	alone.Metadata[keyType] = domain.SchemaExecuted
	alone.UUID = fmt.Sprintf("%s#%d", batch.UUID, i+1)
	var says struct {
		RunID     domain.RunID `json:"run_id"`
		Iteration int          `json:"iteration"`
	}
	_ = json.Unmarshal(part, &says) // an error leaves the fields that could be read
	if says.Iteration >= 1 && says.Iteration <= domain.MaxIterations && string(says.RunID) == batch.Metadata.Get(keyCorrelation) {
		alone.UUID = domain.MessageID(says.RunID, says.Iteration)
	}
	return alone
}
