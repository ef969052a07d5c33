package watermillbus

import (
	"encoding/json"

	"github.com/benchbus/benchbus/domain"
)

// codec turns messages into JSON and back. The entry with its definitions is most of a
// command, and many commands share it, so the codec encodes, decodes and checks each
// entry once and remembers it.
type codec struct {
	encoded cache[entryKey, json.RawMessage]
	decoded cache[string, domain.Entry]
}

func newCodec() *codec { return &codec{} }

// entryKey identifies an entry by the address of its variants, which commands share and
// nobody changes.
type entryKey struct {
	variants *domain.Variant
	length   int
}

func (c *codec) encodeCommand(cmd domain.ExecuteBenchmark) ([]byte, error) {
	entry, err := c.encodeEntry(cmd.Entry)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireCommandOf(cmd, entry))
}

func (c *codec) encodeEntry(e domain.Entry) (json.RawMessage, error) {
	if len(e.Variants) == 0 {
		return json.Marshal(wireEntryOf(e))
	}
	key := entryKey{&e.Variants[0], len(e.Variants)}
	text, ok := c.encoded.get(key)
	if !ok {
		var err error
		if text, err = json.Marshal(wireEntryOf(e)); err != nil {
			return nil, err
		}
		c.encoded.put(key, text, len(text))
	}
	return text, nil
}

// decodeCommand reads a command and checks it. Its error has class ClassUnreadable, and
// the fields that could be read come with it.
func (c *codec) decodeCommand(payload []byte) (domain.ExecuteBenchmark, error) {
	var wire wireCommand
	if err := json.Unmarshal(payload, &wire); err != nil {
		return domain.ExecuteBenchmark{}, domain.Fail(domain.ClassUnreadable, "the command is not the JSON that it should be: %w", err)
	}
	cmd := wire.command()
	if err := cmd.CheckFields(); err != nil {
		return cmd, err
	}
	var err error
	cmd.Entry, err = c.decodeEntry(wire.Entry)
	return cmd, err
}

func (c *codec) decodeEntry(text json.RawMessage) (domain.Entry, error) {
	if e, ok := c.decoded.get(string(text)); ok {
		return e, nil
	}
	var wire wireEntry
	if len(text) > 0 {
		if err := json.Unmarshal(text, &wire); err != nil {
			return domain.Entry{}, domain.Fail(domain.ClassUnreadable, "the entry is not the JSON that it should be: %w", err)
		}
	}
	e, err := wire.entry()
	if err == nil {
		err = e.Check()
	}
	if err == nil {
		c.decoded.put(string(text), e, len(text))
	}
	return e, err
}

func (c *codec) encodeResult(r domain.IterationExecuted) ([]byte, error) {
	return json.Marshal(wireResultOf(r))
}

// decodeResult reads a result and checks it. Its error has class
// ClassUnreadable.
func (c *codec) decodeResult(payload []byte) (domain.IterationExecuted, error) {
	var wire wireResult
	if err := json.Unmarshal(payload, &wire); err != nil {
		return domain.IterationExecuted{}, domain.Fail(domain.ClassUnreadable, "the result is not the JSON that it should be: %w", err)
	}
	r := wire.result()
	return r, r.Check()
}
