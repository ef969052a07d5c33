package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// findingWords says a finding in words. What is fine, or not known, has only what was
// found.
type findingWords struct {
	found string
	// effect is what it does to measurements, and advice what to do, in clauses.
	effect, advice string
	// command does it, or finds out more.
	command string
}

const notKnownHere = "not known here"

// about names what a finding is about.
func about(f application.Finding) string {
	switch f.Topic {
	case application.TopicBoost:
		return "turbo"
	case application.TopicSMT:
		return "shared cores"
	case application.TopicClockSource:
		return "clock source"
	case application.TopicCPUClock:
		return "CPU clock"
	case application.TopicRuntimes:
		return "PHP"
	case application.TopicBuild:
		return string(f.Runtime)
	}
	return strings.TrimSpace(string(f.Runtime) + " " + string(f.Topic))
}

// words says a finding in words.
func (d diagnosis) words(f application.Finding) findingWords {
	t := d.machineWords(f)
	if i := slices.IndexFunc(d.Runtimes, func(r application.ExaminedRuntime) bool { return r.Name == f.Runtime }); i >= 0 {
		t = runtimeWords(f, d.Runtimes[i])
	}
	switch f.Severity {
	case application.SeverityFine:
		return findingWords{found: t.found}
	case application.SeverityUnknown:
		return findingWords{found: notKnownHere}
	}
	return t
}

func (d diagnosis) machineWords(f application.Finding) findingWords {
	m := d.Machine
	switch f.Topic {
	case application.TopicGovernor:
		return findingWords{strings.Join(m.Governors, ", "),
			"the frequency follows the load, so that code is slower until its core has sped up, which differs from process to process", "",
			"echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"}
	case application.TopicBoost:
		return boostWords(m.Boost)
	case application.TopicSMT:
		return siblingWords(m, f.Severity)
	case application.TopicSteal:
		return findingWords{maybe(m.Steal, share),
			"the hypervisor gives the cores to others meanwhile: wall time has all of it, and CPU time may have a part",
			"nothing within this machine helps: take one with cores of its own, or more iterations", "benchbus run --iterations=30"}
	case application.TopicLoad:
		return findingWords{fmt.Sprintf("%s over one minute, %s", maybe(m.Load1, decimal), count(m.Online, "core")),
			"others want the cores: what they take is in wall time, and what they do to the caches is in CPU time too",
			"find out who, and stop it", "ps -eo pcpu,pid,user,args --sort=-pcpu | head"}
	case application.TopicQuota:
		return d.quotaWords()
	case application.TopicSlots:
		return d.slotsWords()
	case application.TopicClockSource:
		return clockSourceWords(m)
	case application.TopicCPUClock:
		return cpuClockWords(m.CPUTimeStep)
	case application.TopicCounter:
		return d.counterWords()
	case application.TopicRuntimes:
		return findingWords{found: "there is none", effect: "nothing but Go functions can be measured, and the same code below is one", advice: howToGet("php84")}
	}
	return findingWords{found: notKnownHere}
}

func (d diagnosis) counterWords() findingWords {
	if d.CannotCount == nil {
		return findingWords{found: "can be counted"}
	}
	return findingWords{"cannot be counted", "--clock instructions, which tells 1 % beside any load, is refused", d.CannotCount.Error(), ""}
}

func boostWords(b *domain.Boost) findingWords {
	if b == nil || !b.On {
		return findingWords{found: "off"}
	}
	return findingWords{"on", "how far a core goes beyond its nominal frequency depends on heat, and on how many cores are busy: " +
		"values drift, and differ from run to run", "", fmt.Sprintf("echo %s | sudo tee %s", b.Off, b.File)}
}

func siblingWords(m domain.Conditions, severity application.Severity) findingWords {
	var shared []string
	var firsts []int
	for _, group := range m.Siblings {
		if len(group) > 1 {
			shared = append(shared, strings.Join(numbers(group), ","))
		}
		first := slices.IndexFunc(group, func(core int) bool { return slices.Contains(m.Cores, core) })
		firsts = append(firsts, group[max(first, 0)])
	}
	const few = 4 // is as many as a line has room for
	found := "none"
	if len(shared) > 0 {
		found = strings.Join(shared[:min(few, len(shared))], "; ")
		if more := len(shared) - few; more > 0 {
			found += fmt.Sprintf("; and %d more", more)
		}
	}
	if severity == application.SeverityWarning {
		return findingWords{found, "two measurements share a physical core, and each is slower by what the other does at that moment",
			"measure on one logical core of each", "taskset -c " + strings.Join(numbers(firsts), ",") + " benchbus run"}
	}
	return findingWords{found, "other work may share the physical core of a measurement, and slow it", "turn the sharing off",
		"echo off | sudo tee /sys/devices/system/cpu/smt/control"}
}

// numbers writes numbers as texts.
func numbers(all []int) []string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = strconv.Itoa(n)
	}
	return texts
}

func (d diagnosis) slotsWords() findingWords {
	cores := len(d.Machine.Cores)
	t := findingWords{found: fmt.Sprintf("%s at once, %s", count(d.Slots, "measurement"), count(cores, "core"))}
	if d.Slots > cores {
		t.effect, t.advice = "they queue for cores, and are neither sooner nor better", "give a core to each"
		t.command = fmt.Sprintf("benchbus run --workers=%d", max(cores, 1))
		return t
	}
	t.effect = "no core is left for the system, for benchbus and for others, so that they interrupt measurements"
	if d.Slots == 1 {
		t.advice = "nothing helps but a machine with another core"
		return t
	}
	t.advice, t.command = "leave one, which takes longer", fmt.Sprintf("benchbus run --workers=%d", d.Slots-1)
	return t
}

func clockSourceWords(m domain.Conditions) findingWords {
	const folder = "/sys/devices/system/clocksource/clocksource0/"
	t := findingWords{found: m.ClockSource,
		effect: "it is coarse, or slow to read: short batches, and code that reads the time, look slower than they are"}
	if slices.Contains(m.ClockSources, "tsc") {
		t.command = "echo tsc | sudo tee " + folder + "current_clocksource"
		return t
	}
	t.advice, t.command = "the kernel's log says why it trusts no faster one", "sudo dmesg | grep -i -e clocksource -e tsc"
	return t
}

func cpuClockWords(step time.Duration) findingWords {
	t := findingWords{found: fmt.Sprintf("steps of %v", step), effect: "the CPU time of a batch is wrong by up to two steps"}
	if step > time.Millisecond {
		t.advice, t.command = "use the other clock", "benchbus run --clock=wall"
		return t
	}
	t.advice, t.command = "make the batches longer", fmt.Sprintf("benchbus run --batch-time=%v", 1000*step)
	return t
}

func runtimeWords(f application.Finding, r application.ExaminedRuntime) findingWords {
	get := r.Environment.Get
	switch f.Topic {
	case application.TopicBuild:
		if r.Problem != nil {
			return findingWords{found: r.Problem.Error(), effect: "nothing can be measured on it", advice: "what was found says why", command: "benchbus runtimes"}
		}
		return findingWords{found: strings.TrimSpace(r.Version + " " + get("build")),
			effect: "it checks itself while code runs, and says nothing about what production runs", advice: "install a build without debug"}
	case application.TopicExtensions:
		slow := get(domain.SlowedBy)
		if slow == "" {
			return findingWords{found: "none that looks on"}
		}
		return findingWords{slow, "it looks on while code runs, which takes time, and more for some code than for other",
			fmt.Sprintf("take it out of the configuration (`%s --ini` says where that is), or load no extension at all", strings.Join(r.Command, " ")),
			"benchbus run --php-ini=none"}
	}
	if f.Topic == application.TopicLoop {
		return findingWords{found: fmt.Sprintf("%.1f ns around each execution of the code", r.Loop)}
	}
	t := findingWords{found: get("opcache") + ", jit " + get("jit"),
		effect: "code runs without what a server does to it: values say little about a server", advice: "turn it on", command: "benchbus run --set opcache=on"}
	if get("opcache") == "absent" {
		t.advice, t.command = "install its extension", ""
	}
	return t
}

// maybe shows a number that may be unknown.
func maybe(x *float64, show func(float64) string) string {
	if x == nil {
		return notKnownHere
	}
	return show(*x)
}

// decimal shows a number with two digits behind the point at most.
func decimal(x float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(x, 'f', 2, 64), "0"), ".")
}
