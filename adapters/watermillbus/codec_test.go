package watermillbus

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func testCommand(n int) domain.ExecuteBenchmark {
	plan := domain.Plan{
		Entries: []domain.Entry{{
			Benchmark: &domain.Benchmark{
				Slug: "loop", Name: "Loop", Category: "loops", Code: `$a = ',"schema":';`,
				Runtimes: []domain.RuntimeName{"php82", "php84"},
			},
			Runtimes: []domain.RuntimeName{"php84", "php82"},
		}},
		Deadline: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
	}.WithDefaults()
	return plan.Message("run", n, "benchbus.replies.run")
}

func testResult(n int) domain.IterationExecuted {
	cpu := 1
	return domain.IterationExecuted{
		Schema: domain.SchemaExecuted, RunID: "run", Iteration: n, Benchmark: "loop", Attempt: 2, Worker: "w",
		Host:    domain.Host{Key: "k", Name: "h", OS: "linux", Arch: "amd64", Cores: 2},
		Load:    domain.Load{Load1: 0.5, Steal: 0.01},
		Started: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), Took: time.Second,
		Samples: []domain.Sample{{Runtime: "php84", Position: 1, Revolutions: 10, Batch: time.Millisecond, CPU: &cpu}},
	}
}

func failedResult(n int) domain.IterationExecuted {
	r := testResult(n)
	r.Samples = nil
	r.Failure = &domain.Failure{Class: domain.ClassCode, Message: `,"schema":"x"`, Output: "\x00ü", Attempts: 2}
	return r
}

// Whatever was remembered before, a message comes out as it went in, and its
// JSON is the plain JSON of its type.
func TestMessagesComeOutAsTheyWentIn(t *testing.T) {
	c := newCodec()
	for range 3 {
		for n := 1; n <= 3; n++ {
			payload, err := c.encodeCommand(testCommand(n))
			require.NoError(t, err)
			plain, err := json.Marshal(testCommand(n))
			require.NoError(t, err)
			require.JSONEq(t, string(plain), string(payload))
			cmd, err := c.decodeCommand(payload)
			require.NoError(t, err)
			require.Equal(t, testCommand(n), cmd)

			for _, r := range []domain.IterationExecuted{testResult(n), failedResult(n)} {
				payload, err := c.encodeResult(r)
				require.NoError(t, err)
				plain, err := json.Marshal(r)
				require.NoError(t, err)
				require.JSONEq(t, string(plain), string(payload))
				got, err := c.decodeResult(payload)
				require.NoError(t, err)
				require.Equal(t, r, got)
			}
		}
	}
	require.Len(t, c.commands.values, 1, "one tail for all iterations")
	require.Len(t, c.results.values, 1)
}

func TestEveryFieldOfTheTailTellsMessagesApart(t *testing.T) {
	c := newCodec()
	changes := map[string]func(*domain.ExecuteBenchmark){
		"schema":       func(m *domain.ExecuteBenchmark) { m.Schema = "x" },
		"run":          func(m *domain.ExecuteBenchmark) { m.RunID = "other" },
		"of":           func(m *domain.ExecuteBenchmark) { m.Of = 99 },
		"benchmark":    func(m *domain.ExecuteBenchmark) { b := *m.Benchmark; b.Code = "x"; m.Benchmark = &b },
		"runtimes":     func(m *domain.ExecuteBenchmark) { m.Runtimes = []domain.RuntimeName{"php82", "php84"} },
		"fewer":        func(m *domain.ExecuteBenchmark) { m.Runtimes = m.Runtimes[:1] },
		"samples":      func(m *domain.ExecuteBenchmark) { m.Samples = 9 },
		"target":       func(m *domain.ExecuteBenchmark) { m.TargetBatch++ },
		"sample":       func(m *domain.ExecuteBenchmark) { m.SampleTimeout++ },
		"iteration":    func(m *domain.ExecuteBenchmark) { m.IterationTimeout++ },
		"reply":        func(m *domain.ExecuteBenchmark) { m.ReplyTo = "other" },
		"deadline":     func(m *domain.ExecuteBenchmark) { m.Deadline = time.Time{} },
		"the number":   func(m *domain.ExecuteBenchmark) { m.Iteration = 2 },
		"the try":      func(m *domain.ExecuteBenchmark) { m.Attempt = 2 },
		"what is lost": func(m *domain.ExecuteBenchmark) { m.Lost = 1 },
		"the seed":     func(m *domain.ExecuteBenchmark) { m.Seed = 2 },
	}
	shared := testCommand(1)
	base, err := c.encodeCommand(shared)
	require.NoError(t, err)
	for name, change := range changes {
		cmd := shared // with the same benchmark and runtimes, which are told apart by address
		change(&cmd)
		payload, err := c.encodeCommand(cmd)
		require.NoError(t, err)
		plain, err := json.Marshal(cmd)
		require.NoError(t, err)
		require.JSONEq(t, string(plain), string(payload), name)
		require.NotEqual(t, string(base), string(payload), name)
	}
}

func TestAnyOrderOfFieldsIsRead(t *testing.T) {
	c := newCodec()
	for range 2 {
		plain, err := json.Marshal(testCommand(2))
		require.NoError(t, err)
		cmd, err := c.decodeCommand(plain)
		require.NoError(t, err)
		require.Equal(t, testCommand(2), cmd)
		plain, err = json.Marshal(testResult(2))
		require.NoError(t, err)
		r, err := c.decodeResult(plain)
		require.NoError(t, err)
		require.Equal(t, testResult(2), r)
	}
}

// strangers are messages of producers who order the fields their own way; each
// pair differs in what stands before or after the schema.
func strangers() [][2]string {
	last := func(run, code string) string {
		return `{"iteration":1,"attempt":1,"seed":0,"run_id":"` + run + `","of":10,"benchmark":{"slug":"a","name":"x","category":"c",` +
			`"runtimes":["a"],"code":"` + code + `"},"runtimes":["a"],"samples":1,"target_batch_ns":1,"sample_timeout_ns":1,` +
			`"iteration_timeout_ns":1,"reply_to":"` + run + `","schema":"benchmark.execute.v1"}`
	}
	alphabetical := func(run, code string) string {
		return `{"attempt":1,"benchmark":{"slug":"a","name":"x","category":"c","runtimes":["a"],"code":"` + code + `"},"iteration":1,` +
			`"iteration_timeout_ns":1,"of":10,"reply_to":"q","run_id":"` + run + `","runtimes":["a"],"sample_timeout_ns":1,` +
			`"samples":1,"schema":"benchmark.execute.v1","seed":0,"target_batch_ns":1}`
	}
	twice := func(n, hidden string) string {
		return `{"iteration":1,"attempt":1,"lost":` + n + `,"seed":0,"schema":"benchmark.execute.v1","run_id":"r","of":10,"benchmark":` +
			`{"slug":"a","name":"x","category":"c","runtimes":["a"],"code":"x"},"runtimes":["a"],"samples":1,"target_batch_ns":1,` +
			`"sample_timeout_ns":1,"iteration_timeout_ns":1,"reply_to":"q","` + hidden + `":1}`
	}
	result := func(run, host string) string {
		return `{"attempt":1,"benchmark":"x","failure":{"class":"killed","message":"m","attempts":1},"host":{"name":"` + host + `"},` +
			`"iteration":1,"load":{"load1":0,"steal":0},"run_id":"` + run + `","schema":"benchmark.executed.v1",` +
			`"started_at":"2026-01-02T03:04:09Z","took_ns":0,"worker":"w"}`
	}
	load := func(n string) string {
		return `{"iteration":1,"attempt":` + n + `,"load":{"load1":` + n + `},"failure":{"class":"killed"},` +
			`"schema":"benchmark.executed.v1","run_id":"r","load":{"load1":1},"Attempt":1}`
	}
	return [][2]string{
		{last("r1", "one"), last("r2", "two")},
		{alphabetical("r1", "one"), alphabetical("r2", "two")},
		{twice("1", "lost"), twice("2", "lost")},
		{twice("1", "LOST"), twice("2", "LOST")},
		{result("r1", "h1"), result("r2", "h2")},
		{load("1"), load("2")},
	}
}

// requirePlain holds what the codec reads against a plain reader.
func requirePlain(t *testing.T, c *codec, payload []byte) {
	got, err := c.decodeCommand(payload)
	var plain domain.ExecuteBenchmark
	plainErr := json.Unmarshal(payload, &plain)
	if plainErr == nil {
		plainErr = plain.Check()
	}
	require.Equal(t, plainErr == nil, err == nil, "%v / %v", plainErr, err)
	if err == nil {
		require.Equal(t, plain, got)
	}
	result, err := c.decodeResult(payload)
	var plainResult domain.IterationExecuted
	plainErr = json.Unmarshal(payload, &plainResult)
	if plainErr == nil {
		plainErr = plainResult.Check()
	}
	require.Equal(t, plainErr == nil, err == nil, "%v / %v", plainErr, err)
	if err == nil {
		require.Equal(t, plainResult, result)
	}
}

func TestAMessageIsNotReadAsTheOneBefore(t *testing.T) {
	for _, pair := range strangers() {
		c := newCodec()
		requirePlain(t, c, []byte(pair[0]))
		requirePlain(t, c, []byte(pair[1]))
	}
}

func TestARememberedTailDoesNotHideABadHead(t *testing.T) {
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

// FuzzDecode holds the remembering reader against a plain one, with two messages
// of which the second may be taken for the first.
func FuzzDecode(f *testing.F) {
	c := newCodec()
	for n := 1; n <= 2; n++ {
		cmd, err := c.encodeCommand(testCommand(n))
		require.NoError(f, err)
		res, err := c.encodeResult(testResult(n))
		require.NoError(f, err)
		fail, err := c.encodeResult(failedResult(n))
		require.NoError(f, err)
		for _, seed := range [][]byte{cmd, res, fail, cmd[:len(cmd)/2], bytes.ToUpper(cmd)} {
			f.Add(seed, cmd)
			f.Add(res, seed)
		}
	}
	for _, pair := range strangers() {
		f.Add([]byte(pair[0]), []byte(pair[1]))
	}
	f.Add([]byte(`{"iteration":1,"attempt":1,"seed":1,"schema":"benchmark.execute.v1","iteration":2}`), []byte("null"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		c := newCodec()
		for range 2 { // the second time from memory
			requirePlain(t, c, first)
			requirePlain(t, c, second)
		}
	})
}
