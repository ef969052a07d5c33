package rabbitmq_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/scripts/broker"
)

// as opens a transport of the namespace that logs in with an account.
func (s *space) as(node *broker.Node, account string) *rabbitmq.Transport {
	return s.open(rabbitmq.Config{URL: node.As(account)})
}

func TestWhatTheBrokerRefusesEndsAtOnce(t *testing.T) {
	node := broker.Controlled(t)
	s := newSpace(t)
	s.url = node.URL
	reader, writer, binder := s.name+"-reader", s.name+"-writer", s.name+"-binder"
	require.NoError(t, node.AddAccounts(
		broker.Account{User: reader, Configure: "^$", Write: "^$", Read: s.name},
		broker.Account{User: writer, Configure: "^$", Write: ".*", Read: "^$"},
		broker.Account{User: binder, Configure: s.name + `\.events`, Write: "^$", Read: ".*"},
	))
	commands, events, replies := s.name+".commands", s.name+".events.runs", s.name+".replies.run"
	check := func(err error, account, want string) {
		t.Helper()
		require.ErrorIs(t, err, domain.ErrAccess)
		require.ErrorContains(t, err, `user "`+account+`" lacks the permission to `+want)
		require.ErrorContains(t, err, ` of vhost "/"; rabbitmqctl set_permissions grants it`)
		require.True(t, strings.HasPrefix(err.Error(), "rabbitmq: ") || strings.HasPrefix(err.Error(), "declare "), err)
	}
	subscribe := func(account, topic, want string) {
		t.Helper()
		_, err := s.as(node, account).Subscribe(t.Context(), topic)
		check(err, account, want)
	}

	// Nothing is declared yet.
	require.ErrorContains(t, s.as(node, writer).Publish(commands, newMessage("0")), s.name+".failed is not there yet: `benchbus setup` from an account that may")
	require.NotContains(t, s.as(node, writer).PutTombstone(t.Context(), s.name+".cancelled.run").Error(), "benchbus setup")
	check(s.as(node, writer).Publish(commands, newMessage("1")), writer, `configure queue "`+s.name+`.failed"`)
	subscribe(reader, events, `configure exchange "`+events+`"`)
	check(s.as(node, writer).PutTombstone(t.Context(), s.name+".cancelled.run"), writer, `configure queue "`+s.name+`.cancelled.run"`)
	_, err := s.as(node, writer).Setup(t.Context(), commands, nil, false)
	check(err, writer, `configure queue "`+s.name+`.failed"`)

	// An account that may not declare can use what another account has declared.
	owner := s.open(rabbitmq.Config{})
	_, err = owner.Setup(t.Context(), commands, nil, false)
	require.NoError(t, err)
	_, err = s.channel().QueueDeclare(replies, true, false, false, false, nil)
	require.NoError(t, err)
	publish(t, s.as(node, writer), commands, "1")
	require.Equal(t, "1", s.next(s.subscribe(s.as(node, reader), commands)).UUID)

	check(s.as(node, reader).Prepare(t.Context(), commands, time.Second), reader, `configure and read queue "`+commands+`.delay.1000"`)
	subscribe(writer, commands, `read queue "`+commands+`"`)
	subscribe(reader, replies, `configure queue "`+replies+`.lock"`)
	subscribe(reader, events, `configure queue "`+s.name+`.events.watch.`)
	subscribe(binder, events, `write to queue "`+s.name+`.events.watch.`)
	check(s.as(node, writer).Browse(t.Context(), commands, nil), writer, `read queue "`+commands+`"`)
	check(s.as(node, reader).Publish(commands, newMessage("2")), reader, `write to exchange "amq.default"`)
	check(s.as(node, reader).Publish(events, newMessage("3")), reader, `write to exchange "`+events+`"`)

	// A worker may not declare the reply queue of a run that has ended.
	_, err = s.channel().QueueDelete(replies, false, false, false)
	require.NoError(t, err)
	publish(t, s.as(node, writer), replies, "4")
	require.NoError(t, owner.Browse(t.Context(), s.name+".unroutable", func(msg *message.Message) (bool, error) {
		require.Equal(t, "4", msg.UUID)
		return true, nil
	}))
	for _, subject := range domain.Subjects() {
		require.NoError(t, s.channel().ExchangeDelete(s.name+".events."+string(subject), false, false))
	}
}

func TestWhoMayNotLogInIsTold(t *testing.T) {
	s := newSpace(t)
	_, err := rabbitmq.New(rabbitmq.Config{URL: strings.Replace(s.url, "guest:guest", "nobody:secret", 1)})
	require.ErrorIs(t, err, amqp.ErrCredentials)
	require.ErrorContains(t, err, "check user and password")
	require.NotContains(t, err.Error(), "secret")
	_, err = rabbitmq.New(rabbitmq.Config{URL: s.url + "nowhere"})
	require.ErrorIs(t, err, amqp.ErrVhost)
	require.ErrorContains(t, err, "grant the user permissions there")
}

// amqp091 reports a wrong user or password for every login that ends early.
func TestABrokerThatIsTooSlowForALoginIsNotAWrongPassword(t *testing.T) {
	err := rabbitmq.ExplainLogin(amqp.ErrCredentials, rabbitmq.DialTimeout)
	require.NotErrorIs(t, err, amqp.ErrCredentials)
	require.ErrorContains(t, err, "try again later")
	require.ErrorIs(t, rabbitmq.ExplainLogin(amqp.ErrCredentials, rabbitmq.DialTimeout-1), amqp.ErrCredentials)
}
