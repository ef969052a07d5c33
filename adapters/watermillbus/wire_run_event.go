package watermillbus

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireRunEvent is a RunEvent as JSON. It also carries the request to cancel a run.
type wireRunEvent struct {
	Schema string       `json:"schema"`
	RunID  domain.RunID `json:"run_id"`
	State  domain.State `json:"state"`
	At     time.Time    `json:"at"`
	wireCounts
	WaitsFor []domain.RuntimeName `json:"waits_for,omitempty"`
}

// wireCounts has the fields of [domain.Counts] and converts to it.
type wireCounts struct {
	Planned     int `json:"planned"`
	Done        int `json:"done"`
	Failed      int `json:"failed"`
	Cancelled   int `json:"cancelled"`
	Outstanding int `json:"outstanding"`
	Duplicates  int `json:"duplicates"`
}

func wireRunEventOf(e domain.RunEvent) wireRunEvent {
	return wireRunEvent{e.Schema, e.RunID, e.State, e.At, wireCounts(e.Counts), e.WaitsFor}
}

func (w wireRunEvent) event() domain.Event {
	return domain.RunEvent{
		Schema: w.Schema, RunID: w.RunID, State: w.State, At: w.At, Counts: domain.Counts(w.wireCounts), WaitsFor: w.WaitsFor,
	}
}
