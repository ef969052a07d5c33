package main

import (
	"math"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// printedDiagnosis is what doctor prints. Shares are null where they are not known.
type printedDiagnosis struct {
	Schema   string           `json:"schema"`
	Host     printedHost      `json:"host"`
	Slots    int              `json:"slots"`
	Findings []printedFinding `json:"findings"`
	Twins    printedTwins     `json:"twins"`
}

type printedFinding struct {
	Topic    application.Topic    `json:"topic"`
	Runtime  domain.RuntimeName   `json:"runtime,omitempty"`
	Severity application.Severity `json:"severity"`
	Found    string               `json:"found"`
	Effect   string               `json:"effect,omitempty"`
	Advice   string               `json:"advice,omitempty"`
	Command  string               `json:"command,omitempty"`
}

// printedTwins is the same code against itself.
type printedTwins struct {
	Runtime    domain.RuntimeName  `json:"runtime"`
	Runs       int                 `json:"runs"`
	Iterations int                 `json:"iterations"`
	Samples    int                 `json:"samples"`
	Clocks     []printedResolution `json:"clocks"`
}

type printedResolution struct {
	Clock      domain.Clock `json:"clock"`
	Spread     *float64     `json:"spread"`
	Detectable *float64     `json:"detectable"`
	Finest     *float64     `json:"finest"`
}

func printDiagnosis(d diagnosis) printedDiagnosis {
	p := printedDiagnosis{Schema: "benchbus.doctor.v1", Host: printedHost(d.host), Slots: d.Slots,
		Twins: printedTwins{Runtime: d.twins, Runs: application.TwinRuns, Iterations: d.iterations, Samples: d.samples, Clocks: []printedResolution{}}}
	for _, f := range d.Findings() {
		t := d.words(f)
		p.Findings = append(p.Findings, printedFinding{f.Topic, f.Runtime, f.Severity, t.found, t.effect, t.advice, t.command})
	}
	for _, r := range d.resolutions {
		p.Twins.Clocks = append(p.Twins.Clocks, printedResolution{r.Clock, known(r.Spread), known(r.Detectable), known(r.Finest)})
	}
	return p
}

// known is nil for what is not a number. The rest is rounded to six digits behind the
// point, which is more than it is worth.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return new(math.Round(x*1e6) / 1e6)
}
