package php

import (
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
)

const goodResult = "revolutions=10 warmup=1 parts=300:290,200:210 voluntary=1 involuntary=2 timer=hrtime memory=400000 resident=20000000"

func readResult(lines ...string) (domain.Sample, error) {
	o := order{variant: 2, runtime: domain.Runtime{Name: "php84"}, script: &script{}, warmup: 1, revolutions: 10}
	r := report{nonce: "n"}
	for _, line := range append([]string{"ready=7", "n process=1"}, lines...) {
		r.add(line)
	}
	s, wrong := o.result(r, time.Microsecond, workdir{root: "/x"})
	if wrong != nil {
		return s, wrong
	}
	return s, nil
}

func TestResult(t *testing.T) {
	s, err := readResult("n stage=batch", "n "+goodResult, "n stage=end")
	require.NoError(t, err)
	require.Equal(t, domain.Sample{
		Variant: 2, Revolutions: 10, Warmup: 1, Batch: 500, BatchCPU: 500, VoluntarySwitches: 1, InvoluntarySwitches: 2, Wall: 1000,
		SubBatches: []domain.SubBatch{{Wall: 300, CPU: 290}, {Wall: 200, CPU: 210}},
		PeakMemory: 20000000, RuntimePeakMemory: 400000, Timer: "hrtime",
	}, s)
}

func TestBadResults(t *testing.T) {
	check := func(old, new, want string) {
		t.Helper()
		_, err := readResult("n " + strings.Replace(goodResult, old, new, 1))
		require.ErrorContains(t, err, want)
		require.Equal(t, domain.ClassResult, domain.FailureOf(err, 1).Class)
	}
	check("parts=300:290,200:210 ", "", `the result's part 1 is "", which is not a whole number`)
	check("300", "", `"", which is not a whole number`)
	check("300", "0", "more revolutions are needed")
	check("300", "-5", "the result's part 1 is -5, outside 0 to 1000")
	check("200:", "1001:", "the result's part 2 is 1001, outside 0 to 1000") // longer than the process
	check("200:", "801:", "the batch took 1.101µs, longer than its process, 1µs")
	check("300", "NAN", "not a whole number")
	check("300", "INF", "not a whole number")
	check("300", "1.5", "not a whole number")
	check("300", "99999999999999999999", "not a whole number")
	check(":290", ":-1", "the result's part 1's CPU time is -1, outside 0 to")
	check(":290", ":", "not a whole number")
	check(":290", "", "some parts of the batch have a CPU time, and others none")
	check("300:290", strings.Repeat("1:1,", 64)+"1:1", "the result has 66 parts; at most 64 are allowed")
	check("voluntary=1", "voluntary=-1", "voluntary is -1, outside")
	check("revolutions=10", "revolutions=9", "9 revolutions after 1; asked for were 10 after 1")
	check("warmup=1", "warmup=2", "asked for")
	check("timer=hrtime", "timer=sundial", "sundial")
	_, err := readResult("n notice=8 text=41 place=42", "n "+goodResult)
	require.ErrorContains(t, err, "has no 8")
	_, err = readResult("n notice=8 text=41 place=42", "n "+goodResult+" 8=0")
	require.ErrorContains(t, err, "8 is 0, outside")
	check("memory=400000", "memory=0", "memory is 0, outside")
	check("resident=20000000", "resident=-1", "resident is -1, outside")
	check("resident=20000000", "resident=2000000000000000000", "outside")

	_, err = readResult("n "+goodResult, "n "+goodResult)
	require.ErrorContains(t, err, "reported 2 results")
	_, err = readResult(goodResult, "m "+goodResult, "n"+goodResult)
	require.ErrorContains(t, err, "reported 0 results")
}

// Where getrusage() cannot be asked, there is no CPU time.
func TestAResultWithoutCPUTime(t *testing.T) {
	s, err := readResult("n " + strings.Replace(goodResult, "300:290,200:210", "300,200", 1))
	require.NoError(t, err)
	require.Zero(t, s.BatchCPU)
	require.Equal(t, []domain.SubBatch{{Wall: 300}, {Wall: 200}}, s.SubBatches)
}

func TestStatusTakenByOthers(t *testing.T) {
	end := &ending{output: newOutput(1)}
	err := end.failure(order{script: &script{}}, Config{}, nil, workdir{})
	require.Equal(t, domain.ClassUnknown, domain.FailureOf(err, 1).Class)
}

// FuzzReports reads anything as reports. Reading must end, and must give a sample only if
// every field has a possible value.
func FuzzReports(f *testing.F) {
	f.Add("ready=7\nn stage=batch\nn " + goodResult + "\nn stage=end\n")
	f.Add("ready=7\nn notice=8 text=41 place=42\nn notice=512 text=\nn notice=2\nn notice=2\nn " + goodResult + " 8=1 2=1125899906842624 512=1125899906842624\n")
	f.Add("ready=7\nn left=1 of=2\nn returned=1\nn revolutions=")
	f.Fuzz(func(t *testing.T, text string) {
		lines := make(chan string)
		go readReports(strings.NewReader(text), lines)
		r := report{nonce: "n"}
		for line := range lines {
			r.add(line)
		}
		o := order{runtime: domain.Runtime{Name: "php84"}, script: &script{}, warmup: 1, revolutions: 10}
		s, wrong := o.result(r, time.Microsecond, workdir{root: "/x"})
		if wrong != nil {
			require.Equal(t, domain.ClassResult, wrong.Class)
			return
		}
		s.Position = 1 // as the executor sets it
		require.NoError(t, domain.Measurement{Samples: []domain.Sample{s}}.Check(domain.Iteration{Variants: domain.NewEntry(nil, "php84").Variants, Samples: 1}))
	})
}

// The result of a process that did not report its settings is not accepted.
func TestAResultWithoutAReadingIsNone(t *testing.T) {
	r := report{nonce: "n"}
	r.add("ready=7")
	r.add("n " + goodResult)
	_, wrong := order{script: &script{}, warmup: 1, revolutions: 10}.result(r, time.Microsecond, workdir{root: "/x"})
	require.ErrorContains(t, wrong, "the process did not say what it is")
}
