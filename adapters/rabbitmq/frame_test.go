package rabbitmq_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

func TestHeadersFitIntoAFrame(t *testing.T) {
	const frame = 8192
	headers := func(metadata map[string]string) (map[string]string, []string) {
		msg := newMessage("1")
		msg.Metadata = metadata
		left, cut, size := rabbitmq.Fit(msg, frame)
		require.LessOrEqual(t, size, frame)
		return left, cut
	}
	small := map[string]string{"a": "1", "b": strings.Repeat("x", 1000)}
	left, cut := headers(small)
	require.Equal(t, small, left)
	require.Empty(t, cut)

	// Headers are cut as little as possible, the longest first.
	left, cut = headers(map[string]string{"a": strings.Repeat("x", 5000), "b": strings.Repeat("y", 4000), "c": "1"})
	require.Equal(t, []string{"a"}, cut)
	require.Len(t, left["b"], 4000)
	require.Equal(t, "1", left["c"])
	require.Contains(t, left["a"], " … (cut)")
	require.Greater(t, len(left["a"]), 4000)

	// Where cutting is not enough, the longest headers are left out.
	many := map[string]string{"small": "1"}
	for i := range 100 {
		many[fmt.Sprint(i)] = strings.Repeat("x", 100+i)
	}
	left, cut = headers(many)
	require.Equal(t, "99", cut[0])
	require.Len(t, left, 101-len(cut))
	require.Contains(t, left, "0")
	require.Contains(t, left, "small")
}

// The broker confirms the largest frame that is sent. It would close the connection for
// a larger one.
func TestTheLargestFrameIsSent(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	transport := s.open(rabbitmq.Config{URL: proxy.URL()})
	topic := s.name + ".commands"
	msg := newMessage("1")
	msg.Metadata.Set("large", strings.Repeat("x", 300_000))
	require.NoError(t, transport.Publish(topic, msg))
	require.Len(t, msg.Metadata.Get("large"), 300_000, "the caller's stays as it is")
	p, err := rabbitmq.Marshaler{}.Marshal(msg)
	require.NoError(t, err)
	got := s.next(s.subscribe(transport, topic))
	require.Equal(t, p.Headers["large"], got.Metadata.Get("large"))
	require.Greater(t, len(got.Metadata.Get("large")), 130_000)
	require.Equal(t, 2, proxy.Opened())
}

func FuzzHeadersFit(f *testing.F) {
	f.Add("key", "value", 100, 4096)
	f.Fuzz(func(t *testing.T, key, value string, times, frame int) {
		msg := message.NewMessage("1", nil)
		for i := range times % 50 {
			msg.Metadata.Set(fmt.Sprint(key[:min(len(key), 200)], i), strings.Repeat(value, i))
		}
		frame = max(4096, frame)
		_, _, size := rabbitmq.Fit(msg, frame)
		require.LessOrEqual(t, size, frame)
	})
}
