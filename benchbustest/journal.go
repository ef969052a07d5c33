package benchbustest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Journal notes the calls to the buses and stores that it wraps, in one order for all
// of them. The zero value is ready to use.
//
// It notes a call when the call has returned, as "store.Record 3": a word for the port,
// the method, and the number of the iteration, or another word on the subject. If the
// call failed, its error follows, as in "store.Record 3: the disk is full". A call with
// several results or commands makes an entry for each. It notes an acknowledgement
// before it passes it on. So everything before "reply.Ack 3" was done by then. It does
// not note calls that only read.
type Journal struct {
	mu      sync.Mutex
	entries []string
}

// Entries returns the entries so far that begin with one of the prefixes, or all
// entries if there is no prefix.
func (j *Journal) Entries(prefixes ...string) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(prefixes) == 0 {
		return slices.Clone(j.entries)
	}
	var found []string
	for _, entry := range j.entries {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(entry, p) }) {
			found = append(found, entry)
		}
	}
	return found
}

func (j *Journal) note(call string, err error, subject any) {
	entry := strings.TrimSuffix(fmt.Sprint(call, " ", subject), " ")
	if err != nil {
		entry += ": " + err.Error()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}
