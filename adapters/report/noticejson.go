package report

import "github.com/benchbus/benchbus/domain"

// jsonNotice counts the notices of one severity that the runtime raised.
type jsonNotice struct {
	Severity string `json:"severity"`
	Count    int    `json:"count"`
	Message  string `json:"message"`
}

func noticesJSON(notices []domain.Notice) []jsonNotice {
	all := make([]jsonNotice, len(notices))
	for i, n := range notices {
		all[i] = jsonNotice(n)
	}
	return all
}
