package php

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// maxNotices is the largest count that is believed.
const maxNotices = 1 << 50

// severities are those that PHP goes on after, by their numbers, as it prints
// them: it makes no difference whether the code itself complains.
var severities = map[string]string{
	"2": "Warning", "512": "Warning", "8": "Notice", "1024": "Notice",
	"8192": "Deprecated", "16384": "Deprecated", "2048": "Strict Standards",
}

// notice is the first complaint of a severity.
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

// String is the notice as PHP would have printed it.
func (n notice) String() string { return severities[n.number] + ": " + n.text + " in " + n.place }

// message is what was complained of and where, in the benchmark's own code, on
// one line of bounded length.
func (n notice) message(dir workdir, s *script) string {
	place := " in " + domain.Shorten(oneLine(dir.translate(n.place, s)), domain.MaxNoticeMessage/2)
	return domain.Shorten(oneLine(n.text), domain.MaxNoticeMessage-len(place)) + place
}

// oneLine makes text fit for a table.
func oneLine(text string) string { return strings.Join(strings.Fields(printable(text)), " ") }

// notices returns what a process with a result complained of, by severity.
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
