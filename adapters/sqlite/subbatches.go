package sqlite

import (
	"database/sql"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// storedSubBatch holds the wall time and the CPU time of a part of a batch in the list
// of sub_batches_json.
type storedSubBatch [2]time.Duration

// encodeSubBatches writes parts as the table holds them. It returns NULL if there are
// none.
func encodeSubBatches(parts []domain.SubBatch) (any, error) {
	if len(parts) == 0 {
		return nil, nil
	}
	list := make([]storedSubBatch, len(parts))
	for i, p := range parts {
		list[i] = storedSubBatch{p.Wall, p.CPU}
	}
	return encode(list)
}

// decodeSubBatches reads what encodeSubBatches wrote.
func decodeSubBatches(text sql.NullString) (parts []domain.SubBatch, err error) {
	if !text.Valid {
		return nil, nil
	}
	list, err := decode[[]storedSubBatch](text.String)
	for _, p := range list {
		parts = append(parts, domain.SubBatch{Wall: p[0], CPU: p[1]})
	}
	return parts, err
}
