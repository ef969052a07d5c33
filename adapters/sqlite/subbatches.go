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
	return encodeList(parts, func(p domain.SubBatch) storedSubBatch { return storedSubBatch{p.Wall, p.CPU} })
}

// decodeSubBatches reads what encodeSubBatches wrote.
func decodeSubBatches(text sql.NullString) ([]domain.SubBatch, error) {
	return decodeList(text, func(p storedSubBatch) domain.SubBatch { return domain.SubBatch{Wall: p[0], CPU: p[1]} })
}
