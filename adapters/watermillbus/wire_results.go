package watermillbus

import "encoding/json"

// wireResults are results of one run that travel together. A worker gathers what it
// has while the message before is on its way; each result counts for itself.
type wireResults struct {
	Schema  string            `json:"schema"`
	Results []json.RawMessage `json:"results"` // each is a wireResult
}
