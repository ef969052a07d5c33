package rabbitmq_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/domain"
)

// A runner and its workers begin on an empty broker. RabbitMQ 3.10 closes the
// connections (541) of those who consume from a quorum queue while another declares it.
func TestAllBeginAtOnce(t *testing.T) {
	s := newSpace(t)
	var transports []*rabbitmq.Transport
	for range 4 {
		transports = append(transports, s.open(rabbitmq.Config{}))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for round := range 10 {
		topic := fmt.Sprintf("%s.commands.%d", s.name, round)
		consuming, stop := context.WithCancel(ctx)
		published := make(chan error, len(transports))
		subscribed := make(chan error, 2*len(transports))
		var all sync.WaitGroup
		for _, transport := range transports {
			all.Go(func() {
				msg := newMessage("1")
				msg.SetContext(ctx)
				published <- transport.Publish(topic, msg)
			})
			for range 2 {
				all.Go(func() {
					messages, err := transport.Subscribe(consuming, topic)
					subscribed <- err
					for msg := range messages {
						msg.Ack()
					}
				})
			}
		}
		for range 2 * len(transports) {
			require.NoError(t, <-subscribed)
		}
		for range transports {
			require.NoError(t, <-published)
		}
		stop()
		all.Wait()
	}
}

// No goroutine declares a queue, or consumes from it, while another declares it.
func TestDeclarationsAreMadeOneAfterTheOther(t *testing.T) {
	s := newSpace(t)
	transport := s.open(rabbitmq.Config{})
	topic := s.name + ".commands"
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, transport.DeclareWhileAnotherDoes(ended, topic), context.Canceled)
	require.Empty(t, transport.Declared())
	publish(t, transport, topic, "1")
	require.NoError(t, transport.DeclareWhileAnotherDoes(ended, topic), "what is declared needs no turn")
}

func TestWhichBrokersHaveQuorumQueues(t *testing.T) {
	check := func(want bool, versions ...string) {
		t.Helper()
		for _, version := range versions {
			require.Equal(t, want, rabbitmq.HasQuorum(version), version)
		}
	}
	check(true, "3.10.0", "3.13.7", "4.0.2", "4.2.0-rc.1")
	check(false, "3.9.29", "3.8.0", "3.7.28", "2.10.0", "", "unknown")
}

// A connection on which no answer comes is given up, and the declaration is made over
// the next one.
func TestADeclarationSurvivesItsConnection(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	noticed := newLines("gave up the connection")
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), AnswerTimeout: 100 * time.Millisecond, Logger: slog.New(noticed)})
	proxy.Behave(0, true)
	published := make(chan error, 1)
	go func() { published <- transport.Publish(s.name+".commands", newMessage("1")) }()
	<-noticed.seen
	proxy.Behave(0, false)
	proxy.Cut()
	require.NoError(t, <-published)
}

func TestADeclarationWaitsNoLongerThanAPublish(t *testing.T) {
	s := newSpace(t)
	proxy := s.proxy()
	transport := s.open(rabbitmq.Config{URL: proxy.URL(), AnswerTimeout: 50 * time.Millisecond, PublishTimeout: 100 * time.Millisecond})
	proxy.Behave(0, true)
	require.ErrorIs(t, transport.Publish(s.name+".commands", newMessage("1")), domain.ErrUnconfirmed)
}
