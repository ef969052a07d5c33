package php

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// answer is what the harness wrote on its own channel.
type answer struct {
	stage  string            // the last stage that began
	left   bool              // the code left the loop
	fields map[string]string // of the one result; nil when there is none
	twice  bool              // more than one result
}

// readAnswer reads the lines that carry the key; all else on the channel is not
// the harness's.
func readAnswer(text, key string) answer {
	a := answer{stage: "start"}
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), key+" ")
		if !ok || !strings.HasSuffix(line, "\n") {
			continue
		}
		if stage, ok := strings.CutPrefix(rest, "stage "); ok {
			a.stage = stage
		} else if rest == "left" {
			a.left = true
		} else if fields, ok := strings.CutPrefix(rest, "result "); ok {
			a.twice = a.fields != nil
			a.fields = map[string]string{}
			for field := range strings.FieldsSeq(fields) {
				name, value, _ := strings.Cut(field, "=")
				a.fields[name] = value
			}
		}
	}
	return a
}

// number reads a field as a whole number of at least min.
func (a answer) number(name string, min int64) (int64, error) {
	text, ok := a.fields[name]
	if !ok {
		return 0, domain.Fail(domain.ClassResult, "the result has no %s", name)
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < min || v == math.MaxInt64 {
		return 0, domain.Fail(domain.ClassResult, "the result's %s is %q; it must be a whole number of at least %d", name, text, min)
	}
	return v, nil
}

// sample checks every field of the result.
func (a answer) sample() (domain.Sample, error) {
	var s domain.Sample
	if a.twice {
		return s, domain.Fail(domain.ClassResult, "there is more than one result")
	}
	batch, err := a.number("batch_ns", 1)
	if err != nil {
		return s, err
	}
	revolutions, err := a.number("revolutions", 1)
	if err != nil {
		return s, err
	}
	peak, err := a.number("peak", 1)
	if err != nil {
		return s, err
	}
	hwm, err := a.number("hwm_kib", 0)
	if err != nil {
		return s, err
	}
	s.Batch, s.Revolutions, s.RuntimePeakMemory, s.PeakMemory = time.Duration(batch), int(revolutions), peak, hwm*1024
	if s.Timer = a.fields["timer"]; s.Timer == "" {
		return s, domain.Fail(domain.ClassResult, "the result has no timer")
	}
	return s, nil
}
