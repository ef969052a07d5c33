package benchbustest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Journal notes what happens in buses and stores that it wraps, in one order for
// all of them. The zero value is ready to use.
//
// A call is noted when it has returned, as "store.Record 3": a word for the port,
// the method, and the number of the iteration, or else what it is about. One that
// failed has its error behind it, as "store.Record 3: the disk is full". A call
// with several results or commands makes an entry for each. An acknowledgement is
// noted when it is asked for. So what stands before "reply.Ack 3" had been done
// by then. Calls that only read are not noted.
type Journal struct {
	mu      sync.Mutex
	entries []string
}

// Entries returns what was noted up to now and begins with one of the prefixes;
// without a prefix, all of it.
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

// note adds an entry.
func (j *Journal) note(call string, err error, subject any) {
	entry := strings.TrimSuffix(fmt.Sprint(call, " ", subject), " ")
	if err != nil {
		entry += ": " + err.Error()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
}
