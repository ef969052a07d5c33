package application

import (
	"context"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// Examination is what was found out about a machine and its runtimes before anything
// is measured on it. Findings judges it.
type Examination struct {
	Machine domain.Conditions
	// Slots is how many iterations are executed at once.
	Slots    int
	Runtimes []ExaminedRuntime
	// CannotCount is why instructions cannot be counted here. It is nil if they can.
	CannotCount error
}

// ExaminedRuntime is a runtime, and what a process of it said of itself.
type ExaminedRuntime struct {
	domain.Runtime
	Environment domain.Environment
	// Loop is how many nanoseconds of CPU time the loop around the code takes for each
	// execution of the code. It is in every value. 0: unknown.
	Loop float64
	// Problem is why no process of it could say anything; nil: one did.
	Problem error
}

// examineTimeout bounds a process that does next to nothing.
const examineTimeout = 30 * time.Second

// loopRevolutions is how often the loop around the code goes round to be measured, which
// takes some milliseconds.
const loopRevolutions = 1_000_000

// ExamineRuntimes has processes of each runtime say what it is, and what the loop around
// the code takes. They execute the code, which must do nothing. A runtime that cannot
// execute it has a Problem. It ends early, with what it has, when the context ends.
func ExamineRuntimes(ctx context.Context, executor domain.Executor, code string, runtimes []domain.Runtime) []ExaminedRuntime {
	var examined []ExaminedRuntime
	for _, r := range runtimes {
		if ctx.Err() != nil {
			break
		}
		b := &domain.Benchmark{Slug: "examine", Name: "Examine", Category: "doctor", Code: code, Runtimes: []domain.RuntimeName{r.Name}, Warmup: new(1000), Revolutions: loopRevolutions}
		m, err := executor.Execute(ctx, domain.Iteration{
			Number: 1, Variants: []domain.Variant{{Benchmark: b, Runtime: r.Name}}, Samples: 3, SampleTimeout: examineTimeout, CPU: -1,
		})
		found := ExaminedRuntime{Runtime: r, Problem: err}
		if len(m.Environments) > 0 {
			found.Environment = m.Environments[0]
		}
		for _, s := range m.Samples {
			// What disturbs a process only makes it longer.
			if each := float64(s.BatchCPU) / loopRevolutions; found.Loop == 0 || each < found.Loop {
				found.Loop = each
			}
		}
		examined = append(examined, found)
	}
	return examined
}

// Severity says how bad a finding is for measurements.
type Severity string

const (
	SeverityFine Severity = "fine"
	// SeverityNote is for what costs little, or falls on all that is compared alike.
	SeverityNote    Severity = "note"
	SeverityWarning Severity = "warning"
	// SeverityUnknown is for what the machine does not tell.
	SeverityUnknown Severity = "unknown"
)

// Topic is what a finding is about.
type Topic string

const (
	TopicGovernor    Topic = "governor"     // of the cores' frequency
	TopicBoost       Topic = "boost"        // beyond the nominal frequency
	TopicSMT         Topic = "smt"          // logical cores that share a physical one
	TopicSteal       Topic = "steal"        // by the hypervisor
	TopicLoad        Topic = "load"         // of everything that runs here
	TopicQuota       Topic = "quota"        // of the control group
	TopicSlots       Topic = "slots"        // against cores
	TopicClockSource Topic = "clock_source" // of wall time
	TopicCPUClock    Topic = "cpu_clock"    // the step of CPU time
	TopicCounter     Topic = "instructions" // whether they can be counted
	TopicRuntimes    Topic = "runtimes"     // whether there is one
	TopicBuild       Topic = "build"        // of a runtime
	TopicExtensions  Topic = "extensions"   // that look on while code runs
	TopicOpcache     Topic = "opcache"      // of a runtime
	TopicLoop        Topic = "loop"         // around the code, on a runtime
)

// Finding is a judgement about one fact of an examination.
type Finding struct {
	Topic Topic
	// Runtime is empty where the finding is about the machine.
	Runtime  domain.RuntimeName
	Severity Severity
}

// AtOnce is how many measurements run at once: one for each slot, as long as there are
// cores for them.
func (e Examination) AtOnce() int { return min(e.Slots, max(1, len(e.Machine.Cores))) }

// Findings judges each fact: first those of the machine, then those of the runtimes, in
// their order. Of a runtime that has a Problem there is no other finding.
func (e Examination) Findings() []Finding {
	m := e.Machine
	findings := []Finding{
		{Topic: TopicGovernor, Severity: judgeGovernors(m.Governors)},
		{Topic: TopicBoost, Severity: judgeBoost(m.Boost)},
		{Topic: TopicSMT, Severity: judgeSiblings(m)},
		{Topic: TopicSteal, Severity: judgeAbove(m.Steal, 0.01, 0.05)},
		{Topic: TopicLoad, Severity: judgeLoad(m)},
		{Topic: TopicQuota, Severity: judgeQuota(m.Quota, e.AtOnce())},
		{Topic: TopicSlots, Severity: judgeSlots(m, e.Slots)},
		{Topic: TopicClockSource, Severity: judgeClockSource(m.ClockSource)},
		{Topic: TopicCPUClock, Severity: judgeCPUClock(m.CPUTimeStep)},
	}
	counter := Finding{Topic: TopicCounter, Severity: SeverityFine}
	if e.CannotCount != nil {
		counter.Severity = SeverityNote
	}
	findings = append(findings, counter)
	if len(e.Runtimes) == 0 {
		findings = append(findings, Finding{Topic: TopicRuntimes, Severity: SeverityWarning})
	}
	for _, r := range e.Runtimes {
		findings = append(findings, Finding{TopicBuild, r.Name, r.build()})
		if r.Problem == nil {
			findings = append(findings, Finding{TopicExtensions, r.Name, r.extensions()}, Finding{TopicOpcache, r.Name, r.opcache()}, Finding{TopicLoop, r.Name, r.loop()})
		}
	}
	return findings
}

// Names of facts in the environment of a runtime.
const (
	factBuild   = "build"
	factOpcache = "opcache"
)

func (r ExaminedRuntime) build() Severity {
	switch build := r.Environment.Get(factBuild); {
	case r.Problem != nil, strings.Contains(build, "debug"):
		return SeverityWarning
	case build == "":
		return SeverityUnknown
	}
	return SeverityFine
}

// extensions judges what looks on while code runs. A process that says nothing of it,
// and something of itself, has none.
func (r ExaminedRuntime) extensions() Severity {
	switch {
	case len(r.Environment) == 0:
		return SeverityUnknown
	case r.Environment.Get(domain.SlowedBy) != "":
		return SeverityWarning
	}
	return SeverityFine
}

// loop is never a warning: it is the same for all that a runtime executes.
func (r ExaminedRuntime) loop() Severity {
	if r.Loop == 0 {
		return SeverityUnknown
	}
	return SeverityFine
}

func (r ExaminedRuntime) opcache() Severity {
	switch r.Environment.Get(factOpcache) {
	case "":
		return SeverityUnknown
	case "on":
		return SeverityFine
	}
	return SeverityNote
}
