package watermillbus

import (
	"encoding/json"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// codec turns messages into JSON and back. Every iteration of a run carries the
// same snapshot of its benchmark, and every result of a worker the same host:
// both are encoded and decoded once and remembered.
type codec struct {
	snapshots cache[*domain.Benchmark, json.RawMessage]
	read      cache[string, *domain.Benchmark]
	hosts     cache[domain.Host, json.RawMessage]
	readHosts cache[string, domain.Host]
}

func newCodec() *codec { return &codec{} }

// The embedded type's field of the same JSON name is hidden by the raw one.
type (
	command     domain.ExecuteBenchmark
	commandWire struct {
		command
		Benchmark json.RawMessage `json:"benchmark"`
	}
	result     domain.IterationExecuted
	resultWire struct {
		result
		Host json.RawMessage `json:"host"`
	}
)

func (c *codec) encodeCommand(cmd domain.ExecuteBenchmark) ([]byte, error) {
	raw, err := c.snapshots.get(cmd.Benchmark, func() (json.RawMessage, error) { return json.Marshal(cmd.Benchmark) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(commandWire{command: command(cmd), Benchmark: raw})
}

// decodeCommand reads a command and checks it. Its error has class
// ClassUnreadable.
func (c *codec) decodeCommand(payload []byte) (domain.ExecuteBenchmark, error) {
	var wire commandWire
	if err := json.Unmarshal(payload, &wire); err != nil {
		return domain.ExecuteBenchmark{}, domain.Fail(domain.ClassUnreadable, "the command is not the JSON that it should be: %w", err)
	}
	cmd := domain.ExecuteBenchmark(wire.command)
	if len(wire.Benchmark) > 0 {
		benchmark, err := c.read.get(string(wire.Benchmark), func() (*domain.Benchmark, error) {
			var b *domain.Benchmark
			return b, json.Unmarshal(wire.Benchmark, &b)
		})
		if err != nil {
			return cmd, domain.Fail(domain.ClassUnreadable, "the command's benchmark is not the JSON that it should be: %w", err)
		}
		cmd.Benchmark = benchmark
	}
	return cmd, cmd.Check()
}

func (c *codec) encodeResult(r domain.IterationExecuted) ([]byte, error) {
	raw, err := c.hosts.get(r.Host, func() (json.RawMessage, error) { return json.Marshal(r.Host) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(resultWire{result: result(r), Host: raw})
}

// decodeResult reads a result and checks it. Its error has class
// ClassUnreadable.
func (c *codec) decodeResult(payload []byte) (domain.IterationExecuted, error) {
	var wire resultWire
	if err := json.Unmarshal(payload, &wire); err != nil {
		return domain.IterationExecuted{}, domain.Fail(domain.ClassUnreadable, "the result is not the JSON that it should be: %w", err)
	}
	r := domain.IterationExecuted(wire.result)
	if len(wire.Host) > 0 {
		host, err := c.readHosts.get(string(wire.Host), func() (domain.Host, error) {
			var h domain.Host
			return h, json.Unmarshal(wire.Host, &h)
		})
		if err != nil {
			return r, domain.Fail(domain.ClassUnreadable, "the result's host is not the JSON that it should be: %w", err)
		}
		r.Host = host
	}
	return r, r.Check()
}

// cacheLimit bounds a cache; a run rarely has more benchmarks than this.
const cacheLimit = 512

// cache remembers what was computed for a key. It forgets everything when it is
// full, which is simple and costs one computation per key.
type cache[K comparable, V any] struct {
	mu     sync.RWMutex
	values map[K]V
}

func (c *cache[K, V]) get(key K, compute func() (V, error)) (V, error) {
	c.mu.RLock()
	value, ok := c.values[key]
	c.mu.RUnlock()
	if ok {
		return value, nil
	}
	value, err := compute()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil || len(c.values) >= cacheLimit {
		c.values = map[K]V{}
	}
	c.values[key] = value
	return value, nil
}
