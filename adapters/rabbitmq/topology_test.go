package rabbitmq_test

import (
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// Commands that wait return to their own queue, whatever the namespace and the queue
// are called, and no other name means a queue of a delay.
func TestWhatATopicIsToTheBroker(t *testing.T) {
	check := func(namespace, topic, deadLettersTo string, ttl any, needs ...string) {
		t.Helper()
		args, all := rabbitmq.ArgumentsOf(namespace, topic)
		want := amqp.Table{}
		if deadLettersTo != "" {
			want["x-dead-letter-exchange"], want["x-dead-letter-routing-key"] = "", deadLettersTo
		}
		if ttl != nil {
			want["x-message-ttl"] = ttl
		}
		require.Equal(t, want, args)
		require.Equal(t, needs, all)
	}
	commands := func(namespace, topic string) {
		t.Helper()
		check(namespace, topic, namespace+".failed", nil, namespace+".failed")
		check(namespace, topic+".delay.1000", topic, int64(1000), namespace+".failed", topic)
	}
	for _, namespace := range []string{"benchbus", "my.delay.ns", "delay.1", "a.delay.7"} {
		for _, queue := range []string{"", ".gpu", ".delay", ".delay-5", ".5"} {
			commands(namespace, namespace+".commands"+queue)
		}
	}
	commands("x", "x.commands.delay.soon") // no queue of ours has a dot in its name
	check("x", "x.commands-of-others.delay.5", "", nil)
	commands("x", "x.commands.delay.-5")
	check("x", "x.commands5", "", nil)
	check("x", "y.commands", "", nil)
}

// A retry may be late, never early.
func TestADelayIsRoundedUp(t *testing.T) {
	check := func(want string, delay time.Duration) {
		t.Helper()
		require.Equal(t, "x.commands.delay."+want, rabbitmq.DelayName("x.commands", delay))
	}
	check("0", 0)
	check("1", time.Nanosecond)
	check("1", time.Millisecond)
	check("2", time.Millisecond+1)
	check("2", 1999*time.Microsecond)
	check("1000", time.Second)
}
