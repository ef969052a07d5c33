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
	return encodeList(notices, func(n domain.Notice) storedNotice { return storedNotice(n) })
}

// decodeNotices reads what encodeNotices wrote.
func decodeNotices(text sql.NullString) ([]domain.Notice, error) {
	return decodeList(text, func(n storedNotice) domain.Notice { return domain.Notice(n) })
}
