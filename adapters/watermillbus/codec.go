package watermillbus

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// codec turns messages into JSON and back.
//
// Most of a message is the same for all iterations of a run: the snapshot of the
// benchmark, the host of the worker. So the JSON object is written in two parts,
// first the head, which differs, then the tail, which begins with the schema;
// tails are encoded and decoded once and remembered. Any other order of the
// fields is read too, only more slowly: a tail stands for its message only where
// each field of the message is in its own part.
type codec struct {
	commandTails cache[commandKey, []byte]
	commands     cache[string, domain.ExecuteBenchmark]
	resultTails  cache[resultKey, []byte]
	results      cache[string, domain.IterationExecuted]
}

func newCodec() *codec { return &codec{} }

// The fields of the head hide those of the same JSON name in the tail.
type (
	command     domain.ExecuteBenchmark
	commandHead struct {
		Iteration    int       `json:"iteration"`
		Attempt      int       `json:"attempt"`
		Lost         int       `json:"lost,omitempty"`
		HostFailures int       `json:"host_failures,omitempty"`
		WaitingSince time.Time `json:"waiting_since,omitzero"`
		Seed         int64     `json:"seed"`
	}
	commandTail struct {
		command
		Iteration    *struct{} `json:"iteration,omitempty"`
		Attempt      *struct{} `json:"attempt,omitempty"`
		Lost         *struct{} `json:"lost,omitempty"`
		HostFailures *struct{} `json:"host_failures,omitempty"`
		WaitingSince *struct{} `json:"waiting_since,omitempty"`
		Seed         *struct{} `json:"seed,omitempty"`
	}
	// commandKey holds all that a tail is made of. Benchmark and runtimes are
	// shared and read only, so their addresses stand for them.
	commandKey struct {
		schema                                       string
		run                                          domain.RunID
		of, samples                                  int
		benchmark                                    *domain.Benchmark
		runtimes                                     *domain.RuntimeName
		runtimesLen                                  int
		targetBatch, sampleTimeout, iterationTimeout time.Duration
		replyTo                                      string
		deadline                                     time.Time
	}

	result     domain.IterationExecuted
	resultHead struct {
		Iteration int             `json:"iteration"`
		Attempt   int             `json:"attempt"`
		Load      domain.Load     `json:"load"`
		Started   time.Time       `json:"started_at"`
		Took      time.Duration   `json:"took_ns"`
		Samples   []domain.Sample `json:"samples,omitempty"`
		Failure   *domain.Failure `json:"failure,omitempty"`
	}
	resultTail struct {
		result
		Iteration *struct{} `json:"iteration,omitempty"`
		Attempt   *struct{} `json:"attempt,omitempty"`
		Load      *struct{} `json:"load,omitempty"`
		Started   *struct{} `json:"started_at,omitempty"`
		Took      *struct{} `json:"took_ns,omitempty"`
		Samples   *struct{} `json:"samples,omitempty"`
		Failure   *struct{} `json:"failure,omitempty"`
	}
	resultKey struct {
		schema            string
		run               domain.RunID
		benchmark, worker string
		host              domain.Host
	}
)

func commandKeyOf(cmd domain.ExecuteBenchmark) commandKey {
	key := commandKey{
		cmd.Schema, cmd.RunID, cmd.Of, cmd.Samples, cmd.Benchmark, nil, len(cmd.Runtimes),
		cmd.TargetBatch, cmd.SampleTimeout, cmd.IterationTimeout, cmd.ReplyTo, cmd.Deadline,
	}
	if len(cmd.Runtimes) > 0 {
		key.runtimes = &cmd.Runtimes[0]
	}
	return key
}

// alone tells whether the tail holds no field of the head.
func (t commandTail) alone() bool {
	return t.Iteration == nil && t.Attempt == nil && t.Lost == nil && t.HostFailures == nil && t.WaitingSince == nil && t.Seed == nil
}

func (c *codec) encodeCommand(cmd domain.ExecuteBenchmark) ([]byte, error) {
	key := commandKeyOf(cmd)
	tail, ok := c.commandTails.get(key)
	if !ok {
		var err error
		if tail, err = json.Marshal(commandTail{command: command(cmd)}); err != nil {
			return nil, err
		}
		c.commandTails.put(key, tail, len(tail))
	}
	return join(commandHead{cmd.Iteration, cmd.Attempt, cmd.Lost, cmd.HostFailures, cmd.WaitingSince, cmd.Seed}, tail)
}

// decodeCommand reads a command and checks it. Its error has class
// ClassUnreadable.
func (c *codec) decodeCommand(payload []byte) (domain.ExecuteBenchmark, error) {
	var head domain.ExecuteBenchmark
	tail, inParts := split(payload, &head)
	inParts = inParts && commandKeyOf(head) == (commandKey{})
	if inParts {
		if cmd, ok := c.commands.get(string(tail)); ok {
			cmd.Iteration, cmd.Attempt, cmd.Lost, cmd.Seed = head.Iteration, head.Attempt, head.Lost, head.Seed
			cmd.HostFailures, cmd.WaitingSince = head.HostFailures, head.WaitingSince
			return cmd, cmd.CheckHead() // the rest was checked when the tail was remembered
		}
	}
	var cmd domain.ExecuteBenchmark
	if err := json.Unmarshal(payload, &cmd); err != nil {
		return cmd, domain.Fail(domain.ClassUnreadable, "the command is not the JSON that it should be: %w", err)
	}
	if err := cmd.Check(); err != nil {
		return cmd, err
	}
	if rest := (commandTail{}); inParts && readTail(tail, &rest) && rest.alone() {
		c.commands.put(string(tail), cmd, len(tail))
	}
	return cmd, nil
}

func resultKeyOf(r domain.IterationExecuted) resultKey {
	return resultKey{r.Schema, r.RunID, r.Benchmark, r.Worker, r.Host}
}

// alone tells whether the tail holds no field of the head.
func (t resultTail) alone() bool {
	return t.Iteration == nil && t.Attempt == nil && t.Load == nil && t.Started == nil && t.Took == nil &&
		t.Samples == nil && t.Failure == nil
}

func (c *codec) encodeResult(r domain.IterationExecuted) ([]byte, error) {
	key := resultKeyOf(r)
	tail, ok := c.resultTails.get(key)
	if !ok {
		var err error
		if tail, err = json.Marshal(resultTail{result: result(r)}); err != nil {
			return nil, err
		}
		c.resultTails.put(key, tail, len(tail))
	}
	return join(resultHead{r.Iteration, r.Attempt, r.Load, r.Started, r.Took, r.Samples, r.Failure}, tail)
}

// decodeResult reads a result and checks it. Its error has class
// ClassUnreadable.
func (c *codec) decodeResult(payload []byte) (domain.IterationExecuted, error) {
	var head domain.IterationExecuted
	tail, inParts := split(payload, &head)
	inParts = inParts && resultKeyOf(head) == (resultKey{})
	if inParts {
		if r, ok := c.results.get(string(tail)); ok {
			r.Iteration, r.Attempt, r.Load, r.Started, r.Took = head.Iteration, head.Attempt, head.Load, head.Started, head.Took
			r.Samples, r.Failure = head.Samples, head.Failure
			return r, r.Check()
		}
	}
	var r domain.IterationExecuted
	if err := json.Unmarshal(payload, &r); err != nil {
		return r, domain.Fail(domain.ClassUnreadable, "the result is not the JSON that it should be: %w", err)
	}
	if err := r.Check(); err != nil {
		return r, err
	}
	if rest := (resultTail{}); inParts && readTail(tail, &rest) && rest.alone() {
		constant := r
		constant.Samples, constant.Failure = nil, nil
		c.results.put(string(tail), constant, len(tail))
	}
	return r, nil
}

// join writes head and tail as one JSON object.
func join(head any, tail []byte) ([]byte, error) {
	payload, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	payload[len(payload)-1] = ','
	return append(payload, tail[1:]...), nil
}

// tailStart cannot occur inside a JSON string, where quotes are escaped.
var tailStart = []byte(`,"schema":`)

// split reads the head of a message that was written in two parts, and returns
// its tail; false when it was not. What the tail is made of must still be zero
// in the head.
func split(payload []byte, head any) (tail []byte, ok bool) {
	at := bytes.Index(payload, tailStart)
	if at < 0 {
		return nil, false
	}
	first := append(make([]byte, 0, at+1), payload[:at]...)
	return payload[at:], json.Unmarshal(append(first, '}'), head) == nil
}

// readTail reads the tail as an object of its own. A field of the head is an
// error, or is not nil after it.
func readTail(tail []byte, rest any) bool {
	return json.Unmarshal(append([]byte{'{'}, tail[1:]...), rest) == nil
}
