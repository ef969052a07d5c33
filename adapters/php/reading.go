package php

import (
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Names of facts about a process, and of states.
const (
	factOpcache = "opcache"
	factJIT     = "jit"
	factScope   = "scope" // function or global

	stateOff    = "off"
	stateAbsent = "absent"
)

// reading holds what the harness found out about its process before any code ran.
type reading struct {
	facts      map[string]string
	directives map[string]string // the requested directives that exist
}

// newReading makes a reading from the pairs of a report, in which texts are hexadecimal.
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

// at adds the scope that the benchmark runs at.
func (r *reading) at(scope string) {
	if r != nil {
		r.facts[factScope] = scope
	}
}

func unhex(text string) string {
	raw, _ := hex.DecodeString(text) // keeps the text before the first invalid digit
	return domain.Shorten(printable(string(raw)), domain.MaxSettingValue)
}

// environment converts the reading. It returns nil if there is none.
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
