package php

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// maxNotices is the largest count of notices that is accepted.
const maxNotices = 1 << 50

// severities maps the numbers of the errors after which PHP goes on to the names that
// it prints. Errors that the code triggers itself have the same names.
var severities = map[string]string{
	"2": "Warning", "512": "Warning", "8": "Notice", "1024": "Notice",
	"8192": "Deprecated", "16384": "Deprecated", "2048": "Strict Standards",
}

// notice is the first notice of a severity.
type notice struct {
	// number is the severity's, in digits.
	number      string
	text, place string
}

func newNotice(pairs map[string]string) notice {
	text, _ := hex.DecodeString(pairs["text"])
	place, _ := hex.DecodeString(pairs["place"])
	return notice{number: pairs["notice"], text: string(text), place: string(place)}
}

// String formats the notice as PHP would have printed it.
func (n notice) String() string { return severities[n.number] + ": " + n.text + " in " + n.place }

// message returns the text of the notice and its position in the benchmark's own code,
// on one line of limited length.
func (n notice) message(dir workdir, s *script) string {
	place := " in " + domain.Shorten(oneLine(dir.translate(n.place, s)), domain.MaxNoticeMessage/2)
	return domain.Shorten(oneLine(n.text), domain.MaxNoticeMessage-len(place)) + place
}

// oneLine puts text on one line, for tables.
func oneLine(text string) string { return strings.Join(strings.Fields(printable(text)), " ") }

// notices returns the notices of a process with a result, by severity.
func (o order) notices(r report, dir workdir, f *fields) (all []domain.Notice) {
	for _, n := range r.notices {
		severity, known := severities[n.number]
		if !known {
			continue
		}
		count := int(f.number(n.number, 1, maxNotices))
		same := func(earlier domain.Notice) bool { return earlier.Severity == severity }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].Count += count
			continue
		}
		all = append(all, domain.Notice{Severity: severity, Count: count, Message: n.message(dir, o.script)})
	}
	return all
}
