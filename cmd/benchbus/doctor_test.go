package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// facts are an environment.
func facts(pairs ...string) (e domain.Environment) {
	for i := 0; i < len(pairs); i += 2 {
		e = append(e, domain.Setting{Name: pairs[i], Value: pairs[i+1]})
	}
	return e
}

// calm is the diagnosis of a machine where little disturbs.
func calm() diagnosis {
	return diagnosis{
		host: domain.Host{Key: "1ffb4b6f654b", Name: "lab", OS: "linux", Arch: "amd64", Cores: 3},
		Examination: application.Examination{
			Machine: domain.Conditions{
				Cores: []int{0, 1, 2}, Online: 4, Governors: []string{"performance"}, Boost: &domain.Boost{}, Siblings: [][]int{{0}, {1}, {2}},
				Load1: new(0.25), Steal: new(0.0), Quota: &domain.Quota{}, ClockSource: "tsc", CPUTimeStep: time.Microsecond,
			},
			Slots: 3,
			Runtimes: []application.ExaminedRuntime{{
				Runtime:     domain.Runtime{Name: "php84", Version: "8.4.2", Command: []string{"php8.4"}},
				Environment: facts("build", "NTS", "jit", "tracing", "opcache", "on"), Loop: 1.96,
			}},
		},
		twins: "php84", iterations: 10, samples: 3,
		resolutions: []application.Resolution{
			{Clock: domain.ClockCPU, Spread: 0.00412, Detectable: 0.0331, Finest: 0.0089},
			{Clock: domain.ClockWall, Spread: 0.0231, Detectable: 0.0512, Finest: 0.0512},
		},
	}
}

// disturbed is the diagnosis of a machine where everything does.
func disturbed() diagnosis {
	d := calm()
	d.Machine = domain.Conditions{
		Cores: []int{0, 1, 2, 3}, Online: 4, Governors: []string{"powersave", "schedutil"},
		Boost:    &domain.Boost{On: true, File: "/sys/devices/system/cpu/cpufreq/boost", Off: "0"},
		Siblings: [][]int{{0, 2}, {1, 3}}, Load1: new(9.5), Steal: new(0.081), Quota: &domain.Quota{Cores: 2.5, Period: 100 * time.Millisecond, Stops: 17},
		ClockSource: "jiffies", ClockSources: []string{"tsc", "jiffies"}, CPUTimeStep: 10 * time.Millisecond,
	}
	d.Slots, d.CannotCount = 4, errors.New("instructions cannot be counted on this host, since valgrind is not on the PATH")
	d.Runtimes = append(d.Runtimes,
		application.ExaminedRuntime{Runtime: domain.Runtime{Name: "php82", Version: "8.2.1", Command: []string{"/opt/php82/bin/php"}},
			Environment: facts("build", "ZTS debug", "jit", "absent", "opcache", "absent", domain.SlowedBy, "pcov xdebug")},
		application.ExaminedRuntime{Runtime: domain.Runtime{Name: "php74", Version: "7.4.33"}, Environment: facts("build", "NTS", "jit", "off", "opcache", "off")},
		application.ExaminedRuntime{Runtime: domain.Runtime{Name: "php73", Version: "7.3.1"}, Problem: errors.New("PHP did not start: no such file")})
	d.resolutions = []application.Resolution{{Clock: domain.ClockWall, Spread: 0.2, Detectable: 0.44, Finest: 0.44}}
	return d
}

// silent is the diagnosis of a system that tells nothing, and that measured too little.
func silent() diagnosis {
	d := calm()
	d.Machine, d.Runtimes, d.Slots = domain.Conditions{Cores: []int{0}}, nil, 1
	d.twins, d.resolutions = "go", []application.Resolution{{Clock: domain.ClockWall, Spread: math.NaN(), Detectable: math.NaN(), Finest: math.NaN()}}
	return d
}

func TestWhatDoctorPrints(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]diagnosis{"calm": calm(), "disturbed": disturbed(), "silent": silent()} {
		for format, extension := range map[report.Format]string{
			report.FormatTable: "txt", report.FormatJSON: "json", report.FormatCSV: "csv", report.FormatMarkdown: "md",
		} {
			var out bytes.Buffer
			require.NoError(t, d.write(&out, format, report.Options{Width: 80}))
			golden(t, "doctor-"+name+"."+extension, out.Bytes())
		}
	}
}

// Whatever is bad is explained, and says what to do about it.
func TestEveryFindingSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, d := range []diagnosis{calm(), disturbed(), silent()} {
		for _, f := range d.Findings() {
			words := d.words(f)
			require.NotEmpty(t, words.found, f)
			if f.Severity == application.SeverityNote || f.Severity == application.SeverityWarning {
				require.NotEmpty(t, words.effect, f)
				require.NotEmpty(t, words.advice+words.command, f)
			} else {
				require.Equal(t, findingWords{found: words.found}, words, f)
			}
		}
	}
}

// What a machine of fewer cores is told to leave free is what it has.
func TestWhatToDoFollowsTheMachine(t *testing.T) {
	t.Parallel()
	words := func(topic application.Topic, change func(*diagnosis)) findingWords {
		d := disturbed()
		change(&d)
		return d.words(application.Finding{Topic: topic, Severity: application.SeverityNote})
	}
	require.Equal(t, "benchbus run --workers=1", words(application.TopicQuota, func(*diagnosis) {}).command)
	quota := func(cores float64, slots int) findingWords {
		return words(application.TopicQuota, func(d *diagnosis) {
			d.Slots, d.Machine.Quota = slots, &domain.Quota{Cores: cores, Period: 100 * time.Millisecond}
		})
	}
	require.Empty(t, quota(1.5, 4).command)
	require.Contains(t, quota(1.5, 4).effect, "with 4 measurements at once it is used up after 37.5ms of each 100ms")
	require.Contains(t, quota(2.5, 2).effect, "beside 2 measurements at once there are 0.5 cores")
	require.Contains(t, quota(8, 99).effect, "it is enough for 4 measurements at once; with 9 it would be used up after 88.9ms", "there are four cores")
	require.Equal(t, "benchbus run --workers=4", quota(8, 4).command)
	require.Equal(t, "benchbus run --workers=3", words(application.TopicSlots, func(*diagnosis) {}).command)
	require.Equal(t, "benchbus run --workers=4", words(application.TopicSlots, func(d *diagnosis) { d.Slots = 9 }).command)
	require.Empty(t, words(application.TopicSlots, func(d *diagnosis) { d.Slots, d.Machine.Cores = 1, []int{0} }).command)
	require.Contains(t, words(application.TopicClockSource, func(d *diagnosis) { d.Machine.ClockSources = nil }).command, "dmesg")
	require.Equal(t, "benchbus run --batch-time=200ms", words(application.TopicCPUClock, func(d *diagnosis) { d.Machine.CPUTimeStep = 200 * time.Microsecond }).command)
	many := func(d *diagnosis) { d.Machine.Siblings = [][]int{{0, 8}, {1, 9}, {2, 10}, {3, 11}, {4, 12}} }
	require.Equal(t, "0,8; 1,9; 2,10; 3,11; and 1 more", words(application.TopicSMT, many).found)
	require.Contains(t, words(application.TopicSMT, many).command, "smt/control")
}

// Without a PHP the same code is a Go function; the findings are printed all the same,
// and are no failure.
func TestDoctorWithoutPHP(t *testing.T) {
	c := newCLI(t)
	t.Setenv("PATH", t.TempDir())
	code, stdout, stderr := c.run("doctor", "--runtimes-dir", t.TempDir(), "--cores-dir", t.TempDir(), "--format=json")
	require.Zero(t, code, stderr)
	var d printedDiagnosis
	require.NoError(t, json.Unmarshal([]byte(stdout), &d), stdout)
	require.Equal(t, "benchbus.doctor.v1", d.Schema)
	require.NotEmpty(t, d.Host.Key)
	require.EqualValues(t, "go", d.Twins.Runtime)
	require.NotEmpty(t, d.Twins.Clocks)
	for _, clock := range d.Twins.Clocks {
		require.NotNil(t, clock.Detectable, clock.Clock)
	}
	require.NoFileExists(t, c.store)
}

func TestDoctorOfARuntimeThatIsNotHere(t *testing.T) {
	c := newCLI(t)
	code, stdout, stderr := c.run("doctor", "--php-version=php59")
	require.Equal(t, exitUnavailable, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "put a php5.9 on the PATH")
}

// The same code on PHP is two variants that are both measured.
func TestTwinsOnPHP(t *testing.T) {
	c := newCLI(t)
	f := phpFlags{ini: "default", runtimesDir: "../../.runtimes"}
	executor, err := f.executor(nil, nil)
	require.NoError(t, err)
	runtime, err := executor.Lookup("php84")
	require.NoError(t, err)
	examined := application.ExamineRuntimes(c.Context(), executor, examineCode, []domain.Runtime{runtime})
	require.Len(t, examined, 1)
	require.NoError(t, examined[0].Problem)
	require.NotEmpty(t, examined[0].Environment.Get("build"))
	require.NotEmpty(t, examined[0].Environment.Get("opcache"))
	require.Positive(t, examined[0].Loop)

	plan := application.Twins(twinCode, "php84")
	plan.Iterations, plan.Samples, plan.TargetBatch = 1, 1, time.Millisecond
	r, err := benchbus.Measure(c.Context(), executor, plan, benchbus.Config{})
	require.NoError(t, err)
	require.Len(t, application.Resolutions(r), 2)
}
