package main

import (
	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/report"
)

// calibrated is what became of a file.
type calibrated struct {
	file *catalog.File
	// warmup and revolutions are those of the file afterwards; 0 where none were found.
	warmup, revolutions int
	outcome             string
	// problem is why nothing was written, or what else there is to say.
	problem string
}

// What becomes of a file.
const (
	outcomeWritten = "written"
	outcomePlanned = "would be written"
	outcomeSame    = "is so already"
	outcomeLeft    = "left alone"
	outcomeFailed  = "failed"
)

func (c calibrated) failed(err error) calibrated {
	return calibrated{file: c.file, outcome: outcomeFailed, problem: err.Error()}
}

func (c calibrated) left(why string) calibrated {
	return calibrated{file: c.file, outcome: outcomeLeft, problem: why}
}

// printedCalibration is a calibrated file. The counts before are 0 where it had none.
type printedCalibration struct {
	File              string `json:"file"`
	Benchmark         string `json:"benchmark"`
	Outcome           string `json:"outcome"`
	Warmup            int    `json:"warmup,omitempty"`
	Revolutions       int    `json:"revolutions,omitempty"`
	WarmupBefore      int    `json:"warmup_before,omitempty"`
	RevolutionsBefore int    `json:"revolutions_before,omitempty"`
	Problem           string `json:"problem,omitempty"`
}

func calibratedTable(results []calibrated) report.Table {
	printed := []printedCalibration{}
	table := report.Table{
		Columns: []report.Column{
			{Key: "file", Title: "File", Width: 20}, {Key: "warmup", Title: "Warm-up", Right: true}, {Key: "revolutions", Title: "Revolutions", Right: true},
			{Key: "revolutions_before", Title: "Before", Right: true}, {Key: "outcome", Title: "Outcome"},
		},
	}
	for _, c := range results {
		warmupBefore, before := c.file.Counts()
		table.Rows = append(table.Rows, []any{c.file.Path, orUnknown(c.warmup), orUnknown(c.revolutions), orUnknown(before), c.outcome})
		printed = append(printed, printedCalibration{c.file.Path, c.file.Benchmark.Slug, c.outcome, c.warmup, c.revolutions, warmupBefore, before, c.problem})
	}
	table.JSON = map[string]any{"schema": "benchbus.calibrations.v1", "calibrations": printed}
	return table
}

// orUnknown is nil for 0.
func orUnknown(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
