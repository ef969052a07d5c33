package main

import (
	"encoding/json"
	"io"
	"math"
	"time"
)

// report reports a figure: the time that so many jobs took.
type report func(name string, jobs int, took time.Duration) error

// printer returns a report that prints JSON lines.
func printer(w io.Writer) report {
	lines := json.NewEncoder(w)
	return func(name string, jobs int, took time.Duration) error {
		return lines.Encode(struct {
			Name      string  `json:"name"`
			Jobs      int     `json:"jobs"`
			Seconds   float64 `json:"seconds"`
			PerSecond int     `json:"per_second"`
		}{
			name, jobs,
			math.Round(took.Seconds()*1000) / 1000,
			int(math.Round(float64(jobs) / took.Seconds())),
		})
	}
}

// timed measures f, and reports the time for so many jobs.
func timed(report report, name string, jobs int, f func() error) error {
	start := time.Now()
	if err := f(); err != nil {
		return err
	}
	return report(name, jobs, time.Since(start))
}
