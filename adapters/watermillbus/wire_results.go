package watermillbus

import "encoding/json"

// wireResults carries several results of one run in one message. A worker gathers them
// while its previous message is on its way. The runner accepts or refuses each result
// by itself.
type wireResults struct {
	Schema  string            `json:"schema"`
	Results []json.RawMessage `json:"results"` // each is a wireResult
}
