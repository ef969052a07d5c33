package php

import (
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Names of facts about a process, and words for states.
const (
	factOpcache = "opcache"
	factJIT     = "jit"

	stateOff    = "off"
	stateAbsent = "absent"
)

// reading is what the harness has read of its process before any code ran.
type reading struct {
	facts      map[string]string
	directives map[string]string // those that were asked for, and exist
}

// newReading takes the pairs of a report. Texts are in hexadecimal digits.
func newReading(pairs map[string]string) *reading {
	r := &reading{facts: map[string]string{}, directives: map[string]string{}}
	for name, value := range pairs {
		switch {
		case strings.HasPrefix(name, "fact_"):
			r.facts[strings.TrimPrefix(name, "fact_")] = unhex(value)
		case strings.HasPrefix(name, "set_"):
			r.directives[unhex(strings.TrimPrefix(name, "set_"))] = unhex(value)
		}
	}
	return r
}

func unhex(text string) string {
	raw, _ := hex.DecodeString(text) // what is no hexadecimal digit ends it
	return domain.Shorten(printable(string(raw)), domain.MaxSettingValue)
}

// environment is what a report says of the process; none where it said nothing.
func (r *reading) environment() domain.Environment {
	if r == nil {
		return nil
	}
	var e domain.Environment
	for _, name := range slices.Sorted(maps.Keys(r.facts)) {
		if value := r.facts[name]; value != "" {
			e = append(e, domain.Setting{Name: name, Value: value})
		}
	}
	return e
}
