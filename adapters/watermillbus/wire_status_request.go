package watermillbus

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireStatusRequest has the fields of a [domain.StatusRequest] and converts to one.
type wireStatusRequest struct {
	Schema string    `json:"schema"`
	At     time.Time `json:"at"`
}

func (w wireStatusRequest) event() domain.Event { return domain.StatusRequest(w) }
