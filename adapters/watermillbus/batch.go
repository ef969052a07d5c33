package watermillbus

import (
	"encoding/json"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/domain"
)

// encodeBatch puts encoded results into one message, a wireResults, without looking
// at them again.
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

// decodeBatch returns the results of such a message, still encoded. Its error has
// class ClassUnreadable.
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

// partOf makes a message of result number i of a batch that cannot be read. Its id
// is that of the iteration which it names, if it is one of the batch's run: the
// batch has the id of its first result.
func partOf(batch *message.Message, i int, part []byte) *message.Message {
	alone := batch.Copy()
	alone.Payload = part
	alone.Metadata[keyType] = domain.SchemaExecuted
	alone.UUID = fmt.Sprintf("%s#%d", batch.UUID, i+1)
	var says struct {
		RunID     domain.RunID `json:"run_id"`
		Iteration int          `json:"iteration"`
	}
	_ = json.Unmarshal(part, &says) // what can be read of it is
	if says.Iteration >= 1 && says.Iteration <= domain.MaxIterations && string(says.RunID) == batch.Metadata.Get(keyCorrelation) {
		alone.UUID = domain.MessageID(says.RunID, says.Iteration)
	}
	return alone
}
