package sqlite

import (
	"database/sql"

	"github.com/benchbus/benchbus/domain"
)

// storedNotice is a notice in the list of notices_json.
type storedNotice struct {
	Severity string `json:"severity"`
	Count    int    `json:"count"`
	Message  string `json:"message"`
}

// encodeNotices writes notices as the table holds them. It returns NULL if there are
// none.
func encodeNotices(notices []domain.Notice) (any, error) {
	if len(notices) == 0 {
		return nil, nil
	}
	list := make([]storedNotice, len(notices))
	for i, n := range notices {
		list[i] = storedNotice(n)
	}
	return encode(list)
}

// decodeNotices reads what encodeNotices wrote.
func decodeNotices(text sql.NullString) (notices []domain.Notice, err error) {
	if !text.Valid {
		return nil, nil
	}
	list, err := decode[[]storedNotice](text.String)
	for _, n := range list {
		notices = append(notices, domain.Notice(n))
	}
	return notices, err
}
