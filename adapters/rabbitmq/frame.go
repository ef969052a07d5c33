package rabbitmq

import (
	"cmp"
	"maps"
	"slices"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// A message's properties, headers included, travel in one frame, unlike its body, which
// is split. A broker that gets a frame above the negotiated size closes the connection,
// which everybody's messages share.
const (
	// frameMax is the size on which RabbitMQ and its clients agree if nobody sets
	// another.
	frameMax = 131072
	// shortHeader is the length in bytes below which no header is cut. If cutting is
	// not enough, whole headers are left out.
	shortHeader = 1024
	// frameOverhead is the size of a frame's type, channel, length and end.
	frameOverhead = 8
)

// fit makes the message's properties fit into a frame. It returns the names of the
// headers that it cut or left out for that, the longest first. All headers must be
// text. A frame of 0 bytes means no limit.
func fit(p *amqp.Publishing, frame int) (cut []string) {
	over := propertiesFrame(*p) - frame
	if frame == 0 || over <= 0 {
		return nil
	}
	p.Headers = maps.Clone(p.Headers) // the caller may use the original
	text := func(name string) string { text, _ := p.Headers[name].(string); return text }
	names := slices.SortedFunc(maps.Keys(p.Headers), func(a, b string) int {
		return cmp.Or(len(text(b))-len(text(a)), cmp.Compare(a, b))
	})
	for _, name := range names {
		text := text(name)
		if over <= 0 || len(text) <= shortHeader {
			break
		}
		short := domain.Shorten(text, max(shortHeader, len(text)-over))
		p.Headers[name] = short
		over -= len(text) - len(short)
		cut = append(cut, name)
	}
	for i, name := range names {
		if over <= 0 {
			break
		}
		over -= headerSize(p.Headers, name)
		delete(p.Headers, name)
		if i >= len(cut) {
			cut = append(cut, name)
		}
	}
	return cut
}

// propertiesFrame returns the size in bytes of the frame that holds the message's
// properties.
func propertiesFrame(p amqp.Publishing) int {
	size := frameOverhead + 2 + 2 + 8 + 2 // class, weight, size of the body, property flags
	for _, text := range []string{p.ContentType, p.CorrelationId, p.ReplyTo, p.Expiration, p.MessageId, p.Type, p.AppId} {
		size += 1 + len(text)
	}
	size += 4
	for name := range p.Headers {
		size += headerSize(p.Headers, name)
	}
	return size + 1 + 8 // delivery mode and timestamp
}

// headerSize returns the size in bytes of a header's name and text, with their lengths
// and the type of the value.
func headerSize(headers amqp.Table, name string) int {
	text, _ := headers[name].(string)
	return 1 + len(name) + 1 + 4 + len(text)
}
