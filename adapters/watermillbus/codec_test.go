package watermillbus

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func testCommand(n int) domain.ExecuteBenchmark {
	plan := domain.Plan{
		Entries: []domain.Entry{domain.NewEntry(&domain.Benchmark{
			Slug: "loop", Name: "Loop", Category: "loops", Code: `$a = ',"schema":';`,
			Runtimes: []domain.RuntimeName{"php82", "php84"},
		}, "php84", "php82")},
		Deadline: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
	}.WithDefaults()
	return plan.Message("run", n, "benchbus.replies.run")
}

func testResult(n int) domain.IterationExecuted {
	cpu := 1
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: "run", Iteration: n, Entry: "loop", Attempt: 2, Worker: "w",
		Host:    domain.Host{Key: "k", Name: "h", OS: "linux", Arch: "amd64", Cores: 2},
		Load:    domain.Load{Load1: 0.5, Steal: 0.01},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Took: time.Second,
		Samples: []domain.Sample{{Position: 1, Revolutions: 10, Batch: time.Millisecond, CPU: &cpu}},
		Environments: []domain.Environment{
			{{Name: "opcache", Value: "off"}, {Name: "version", Value: "8.4.2"}}, nil,
		},
	}
}

func failedResult(n int) domain.IterationExecuted {
	r := testResult(n)
	r.Samples, r.Environments = nil, nil
	r.Failure = &domain.Failure{Class: domain.ClassCode, Message: `,"schema":"x"`, Output: "\x00ü", Attempts: 2}
	return r
}

// compared returns commands that compare different things.
func compared() (all []domain.ExecuteBenchmark) {
	loop, sort := testCommand(1).Entry.Variants[0].Benchmark, &domain.Benchmark{
		Slug: "sort", Name: "Sort", Category: "c", Code: "x", Setup: "s", Runtimes: []domain.RuntimeName{"php84"}, Warmup: new(0),
	}
	jit := domain.Settings{{Name: "opcache.jit", Value: "tracing"}, {Name: "zend.assertions", Value: ""}}
	for _, variants := range [][]domain.Variant{
		{{Benchmark: loop, Runtime: "php84"}},
		{{Benchmark: loop, Runtime: "php84"}, {Benchmark: sort, Runtime: "php84"}, {Benchmark: loop, Runtime: "php82"}},
		{{Benchmark: sort, Runtime: "php84"}, {Benchmark: loop, Runtime: "php84"}, {Benchmark: loop, Runtime: "php82"}},
		{{Benchmark: loop, Runtime: "php84", Settings: jit}, {Benchmark: loop, Runtime: "php84", Settings: jit[:1]}},
		{{Benchmark: loop, Runtime: "php84", Source: domain.Source{Name: "a", Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64))}}, {Benchmark: loop, Runtime: "php84", Source: domain.Source{Name: "b", Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64))}}},
	} {
		cmd := testCommand(1)
		cmd.Entry = domain.Entry{Variants: variants}
		all = append(all, cmd)
	}
	return all
}

// A message comes out as it went in, whatever the codec has remembered before.
func TestMessagesComeOutAsTheyWentIn(t *testing.T) {
	c := newCodec()
	for range 3 {
		for n := 1; n <= 3; n++ {
			retried := testCommand(n)
			retried.Attempt, retried.Redeliveries, retried.HostFailures, retried.WaitingSince = 3, 2, 1, retried.Deadline
			for _, cmd := range append(compared(), testCommand(n), retried) {
				payload, err := c.encodeCommand(cmd)
				require.NoError(t, err)
				got, err := c.decodeCommand(payload)
				require.NoError(t, err)
				require.Equal(t, cmd, got)
			}
			for _, r := range []domain.IterationExecuted{testResult(n), failedResult(n)} {
				payload, err := c.encodeResult(r)
				require.NoError(t, err)
				got, err := c.decodeResult(payload)
				require.NoError(t, err)
				require.Equal(t, r, got)
			}
		}
	}
	require.Len(t, c.decoded.values, 6, "one for each entry, whatever the number of iterations")
}

// A message holds each definition once, and its variants share it.
func TestADefinitionIsSentOnce(t *testing.T) {
	c := newCodec()
	payload, err := c.encodeCommand(compared()[1])
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(payload, []byte(`"slug":"loop"`)))
	cmd, err := c.decodeCommand(payload)
	require.NoError(t, err)
	require.Same(t, cmd.Entry.Variants[0].Benchmark, cmd.Entry.Variants[2].Benchmark)
}

func TestABadEntryIsUnreadable(t *testing.T) {
	c := newCodec()
	good, err := c.encodeCommand(compared()[1])
	require.NoError(t, err)
	for old, bad := range map[string]string{
		`{"benchmark":1,`:        `{"benchmark":2,`,
		`{"benchmark":0,`:        `{"benchmark":-1,`,
		`"runtime":"php82"`:      `"runtime":"php84"`, // twice
		`"variants":[`:           `"variants":{`,
		`"benchmarks":[`:         `"benchmarks":[null,`,
		`"entry":{`:              `"entry":null,"x":{`,
		`"slug":"sort"`:          `"slug":"loop"`,
		`"runtime":"php82"}]`:    `"runtime":"php82"}` + strings.Repeat(`,{"benchmark":0,"runtime":"php84"}`, 10_000) + "]",
		`,"runtime":"php82"`:     `,"runtime":"php82","settings":{"B":""}`,
		`"schema":"benchmark.ex`: `"schema":"benchmark.in`,
	} {
		require.Contains(t, string(good), old)
		_, err = c.decodeCommand(bytes.Replace(good, []byte(old), []byte(bad), 1))
		require.Error(t, err, bad)
		require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class, bad)
	}
	require.Empty(t, c.decoded.values, "what is not good is not remembered")
}

// A remembered entry does not vouch for the rest of the command.
func TestARememberedEntryDoesNotHideABadField(t *testing.T) {
	c := newCodec()
	good, err := c.encodeCommand(testCommand(1))
	require.NoError(t, err)
	_, err = c.decodeCommand(good)
	require.NoError(t, err)
	for _, bad := range []string{`"iteration":0`, `"iteration":11`, `"iteration":"1"`, `"iteration":1e9`, `"iteration":`} {
		_, err = c.decodeCommand(bytes.Replace(good, []byte(`"iteration":1`), []byte(bad), 1))
		require.Error(t, err, bad)
		require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
	}
}

func TestCacheForgetsRatherThanGrows(t *testing.T) {
	var c cache[int, int]
	for i := range 2 * cacheEntries {
		c.put(i, i, 1)
		require.LessOrEqual(t, len(c.values), cacheEntries)
	}
	c.put(-1, 1, cacheEntrySize+1)
	_, ok := c.get(-1)
	require.False(t, ok, "too large to keep")
}

// FuzzDecode compares a codec that remembers with a new one.
func FuzzDecode(f *testing.F) {
	c := newCodec()
	for i, cmd := range append(compared(), testCommand(2)) {
		command, err := c.encodeCommand(cmd)
		require.NoError(f, err)
		res, err := c.encodeResult(testResult(i + 1))
		require.NoError(f, err)
		fail, err := c.encodeResult(failedResult(i + 1))
		require.NoError(f, err)
		for _, seed := range [][]byte{command, res, fail, command[:len(command)/2], bytes.ToUpper(command)} {
			f.Add(seed, command)
			f.Add(res, seed)
		}
	}
	f.Add([]byte(`{"iteration":1,"entry":{},"ENTRY":{"variants":[{}]}}`), []byte("null"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		remembers := newCodec()
		for _, payload := range [][]byte{first, second, first, second} {
			got, err := remembers.decodeCommand(payload)
			want, wantErr := newCodec().decodeCommand(payload)
			require.Equal(t, wantErr == nil, err == nil, "%v / %v", wantErr, err)
			if err != nil {
				require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			} else {
				require.Equal(t, want, got)
				require.NoError(t, got.Check())
				again, err := remembers.encodeCommand(got)
				require.NoError(t, err)
				reread, err := newCodec().decodeCommand(again)
				require.NoError(t, err)
				require.Equal(t, got, reread)
			}
			if _, err := remembers.decodeResult(payload); err != nil {
				require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
			}
		}
	})
}
