package application_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// undisturbed returns the examination of a machine on which nothing disturbs.
func undisturbed() application.Examination {
	return application.Examination{
		Machine: domain.Conditions{
			Cores: []int{0, 1}, Online: 4, Governors: []string{"performance"}, Boost: &domain.Boost{},
			Siblings: [][]int{{0}, {1}}, Load1: new(0.5), Steal: new(0.0), Quota: &domain.Quota{}, ClockSource: "tsc", CPUTimeStep: time.Microsecond,
		},
		Slots: 2,
		Runtimes: []application.ExaminedRuntime{{
			Runtime:     domain.Runtime{Name: "php84"},
			Environment: domain.Environment{{Name: "build", Value: "NTS"}, {Name: "opcache", Value: "on"}},
			Loop:        2,
		}},
	}
}

// bad are the findings that are not fine.
func bad(e application.Examination) (found []application.Finding) {
	for _, f := range e.Findings() {
		if f.Severity != application.SeverityFine {
			found = append(found, f)
		}
	}
	return found
}

func TestFindings(t *testing.T) {
	t.Parallel()
	require.Empty(t, bad(undisturbed()))
	require.Len(t, undisturbed().Findings(), 14)
	const note, warning, unknown = application.SeverityNote, application.SeverityWarning, application.SeverityUnknown
	check := func(topic application.Topic, want application.Severity, change func(*domain.Conditions)) {
		t.Helper()
		e := undisturbed()
		change(&e.Machine)
		require.Equal(t, []application.Finding{{Topic: topic, Severity: want}}, bad(e))
	}
	check(application.TopicGovernor, warning, func(m *domain.Conditions) { m.Governors = []string{"performance", "schedutil"} })
	check(application.TopicGovernor, unknown, func(m *domain.Conditions) { m.Governors = nil })
	check(application.TopicBoost, note, func(m *domain.Conditions) { m.Boost.On = true })
	check(application.TopicBoost, unknown, func(m *domain.Conditions) { m.Boost = nil })
	check(application.TopicSMT, warning, func(m *domain.Conditions) { m.Siblings = [][]int{{0, 1}} })
	check(application.TopicSMT, note, func(m *domain.Conditions) { m.Siblings = [][]int{{0, 2}, {1, 3}} })
	check(application.TopicSMT, unknown, func(m *domain.Conditions) { m.Siblings = nil })
	check(application.TopicSteal, note, func(m *domain.Conditions) { m.Steal = new(0.02) })
	check(application.TopicSteal, warning, func(m *domain.Conditions) { m.Steal = new(0.06) })
	check(application.TopicSteal, unknown, func(m *domain.Conditions) { m.Steal = nil })
	check(application.TopicLoad, note, func(m *domain.Conditions) { m.Load1 = new(2.5) })
	check(application.TopicLoad, warning, func(m *domain.Conditions) { m.Load1 = new(4.5) })
	check(application.TopicLoad, unknown, func(m *domain.Conditions) { m.Load1 = nil })
	check(application.TopicLoad, unknown, func(m *domain.Conditions) { m.Online = 0 })
	check(application.TopicQuota, warning, func(m *domain.Conditions) { m.Quota = &domain.Quota{Cores: 2.5} })
	check(application.TopicQuota, note, func(m *domain.Conditions) { m.Quota = &domain.Quota{Cores: 3} })
	check(application.TopicQuota, warning, func(m *domain.Conditions) { m.Quota = &domain.Quota{Cores: 3, Stops: 1} })
	check(application.TopicQuota, unknown, func(m *domain.Conditions) { m.Quota = nil })
	check(application.TopicSlots, note, func(m *domain.Conditions) { m.Cores = []int{0} })
	check(application.TopicSlots, note, func(m *domain.Conditions) { m.Online = 2 })
	check(application.TopicClockSource, note, func(m *domain.Conditions) { m.ClockSource = "hpet" })
	check(application.TopicClockSource, warning, func(m *domain.Conditions) { m.ClockSource = "jiffies" })
	check(application.TopicClockSource, unknown, func(m *domain.Conditions) { m.ClockSource = "" })
	check(application.TopicCPUClock, note, func(m *domain.Conditions) { m.CPUTimeStep = 150 * time.Microsecond })
	check(application.TopicCPUClock, warning, func(m *domain.Conditions) { m.CPUTimeStep = 10 * time.Millisecond })
	check(application.TopicCPUClock, unknown, func(m *domain.Conditions) { m.CPUTimeStep = 0 })
}

// More slots than cores do not measure more at once.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	e := undisturbed()
	require.Equal(t, 2, e.AtOnce())
	e.Slots = 9
	require.Equal(t, 2, e.AtOnce())
	e.Slots = 1
	require.Equal(t, 1, e.AtOnce())
	e.Machine.Cores = nil
	require.Equal(t, 1, e.AtOnce())
}

func TestFindingsOfRuntimes(t *testing.T) {
	t.Parallel()
	e := undisturbed()
	e.CannotCount = errors.New("no valgrind")
	require.Equal(t, []application.Finding{{Topic: application.TopicCounter, Severity: application.SeverityNote}}, bad(e))
	e.CannotCount = nil
	e.Runtimes = nil
	require.Equal(t, []application.Finding{{Topic: application.TopicRuntimes, Severity: application.SeverityWarning}}, bad(e))

	runtime := func(name domain.RuntimeName, facts ...domain.Setting) {
		e.Runtimes = append(e.Runtimes, application.ExaminedRuntime{Runtime: domain.Runtime{Name: name}, Environment: facts})
	}
	runtime("debug", domain.Setting{Name: "build", Value: "ZTS debug"}, domain.Setting{Name: "opcache", Value: "absent"},
		domain.Setting{Name: domain.SlowedBy, Value: "xdebug"})
	runtime("silent")
	runtime("broken")
	e.Runtimes[2].Problem = errors.New("it does not start")
	require.Equal(t, []application.Finding{
		{Topic: application.TopicBuild, Runtime: "debug", Severity: application.SeverityWarning},
		{Topic: application.TopicExtensions, Runtime: "debug", Severity: application.SeverityWarning},
		{Topic: application.TopicOpcache, Runtime: "debug", Severity: application.SeverityNote},
		{Topic: application.TopicLoop, Runtime: "debug", Severity: application.SeverityUnknown},
		{Topic: application.TopicBuild, Runtime: "silent", Severity: application.SeverityUnknown},
		{Topic: application.TopicExtensions, Runtime: "silent", Severity: application.SeverityUnknown},
		{Topic: application.TopicOpcache, Runtime: "silent", Severity: application.SeverityUnknown},
		{Topic: application.TopicLoop, Runtime: "silent", Severity: application.SeverityUnknown},
		{Topic: application.TopicBuild, Runtime: "broken", Severity: application.SeverityWarning},
	}, bad(e))
}

func TestExamineRuntimes(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	broken := errors.New("it does not start")
	executor := domain.ExecutorFunc(func(_ context.Context, it domain.Iteration) (domain.Measurement, error) {
		require.Equal(t, "x", it.Variants[0].Benchmark.Code)
		switch it.Variants[0].Runtime {
		case "broken":
			return domain.Measurement{}, broken
		case "last":
			stop()
		}
		m := measured(it)
		for i := range m.Samples {
			m.Samples[i].BatchCPU = time.Duration(5-i) * time.Millisecond
		}
		m.Environments = []domain.Environment{{{Name: "build", Value: string(it.Variants[0].Runtime)}}}
		return m, m.Check(it)
	})
	runtimes := []domain.Runtime{{Name: "broken"}, {Name: "last"}, {Name: "never"}}
	require.Equal(t, []application.ExaminedRuntime{
		{Runtime: runtimes[0], Problem: broken},
		{Runtime: runtimes[1], Environment: domain.Environment{{Name: "build", Value: "last"}}, Loop: 3},
	}, application.ExamineRuntimes(ctx, executor, "x", runtimes))
}
