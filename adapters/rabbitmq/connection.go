package rabbitmq

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v3"
	amqp "github.com/rabbitmq/amqp091-go"
)

// errClosed says that the transport was closed.
var errClosed = errors.New("rabbitmq: the transport is closed")

// connection is a connection that is made again when it is lost, by whoever
// needs it next.
//
// It stands in for watermill-amqp's ConnectionWrapper, which races on each
// reconnect, leaks a goroutine when it is closed meanwhile, and cannot be closed
// while the broker does not read.
type connection struct {
	purpose string
	cfg     Config
	outage  *outage
	redact  redactor
	// opened is called with each new connection, before anybody else gets it.
	opened func(*amqp.Connection)

	dialing chan struct{} // holds a token while somebody connects, with what follows
	tried   time.Time     // when the last try to connect ended
	pauses  *backoff.ExponentialBackOff

	mu      sync.Mutex
	current *amqp.Connection
	socket  net.Conn
	closed  chan struct{}
	watches sync.WaitGroup
}

func newConnection(purpose string, cfg Config, outage *outage, opened func(*amqp.Connection)) *connection {
	again := cfg.Connection.Reconnect
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = again.BackoffInitialInterval, again.BackoffMaxInterval
	pauses.Multiplier, pauses.RandomizationFactor, pauses.MaxElapsedTime = again.BackoffMultiplier, again.BackoffRandomizationFactor, 0
	return &connection{
		purpose: purpose, cfg: cfg, outage: outage, redact: newRedactor(cfg.URL),
		opened: opened, dialing: make(chan struct{}, 1), pauses: pauses, closed: make(chan struct{}),
	}
}

// get returns the connection. Where there is none, one of those who ask makes
// it, with pauses between the tries, and the others wait.
func (c *connection) get(ctx context.Context) (*amqp.Connection, error) {
	if conn := c.live(); conn != nil {
		return conn, nil
	}
	select {
	case c.dialing <- struct{}{}:
		defer func() { <-c.dialing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.closed:
		return nil, errClosed
	}
	if conn := c.live(); conn != nil {
		return conn, nil
	}
	var failed error // the last try
	for {
		if err := c.pause(ctx, c.untilNextTry()); err != nil {
			return nil, cmp.Or(failed, err)
		}
		conn, err := c.connect()
		c.tried = time.Now()
		if err == nil || errors.Is(err, errClosed) {
			return conn, err
		}
		c.outage.begin("cannot connect to the broker, trying again", err)
		failed = err
	}
}

// lasting is how long ago a connection must have been made for the next to be tried
// at once.
const lasting = 2 * time.Second

// untilNextTry is the pause before the next try to connect, which grows from one to
// the next until a connection has lasted: one that the broker closes at once, over
// and over, is no better than none.
func (c *connection) untilNextTry() time.Duration {
	if time.Since(c.tried) > lasting {
		c.pauses.Reset()
		return 0
	}
	return c.pauses.NextBackOff()
}

// connect makes the connection in one try.
func (c *connection) connect() (*amqp.Connection, error) {
	if c.isClosed() {
		return nil, errClosed
	}
	began := time.Now()
	conn, err := amqp.DialConfig(c.cfg.URL, c.amqpConfig())
	if err != nil {
		c.hangUp()
		if c.isClosed() {
			return nil, errClosed
		}
		return nil, fmt.Errorf("rabbitmq: connect to %s: %w", Address(c.cfg.URL), c.redact.error(explainLogin(explainTLS(c.cfg.URL, err), time.Since(began))))
	}
	c.opened(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		_ = c.socket.Close()
		return nil, errClosed
	}
	c.current = conn
	c.outage.end()
	lost, socket := conn.NotifyClose(make(chan *amqp.Error, 1)), c.socket
	c.watches.Go(func() { c.watch(conn, lost, socket) })
	return conn, nil
}

// watch says why a connection was lost. Closing its socket frees a writer that
// the broker let stand, which amqp091 would wait for.
func (c *connection) watch(conn *amqp.Connection, lost <-chan *amqp.Error, socket net.Conn) {
	err := <-lost
	_ = socket.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == conn && !c.isClosed() { // else there is another already
		c.outage.begin("lost the connection to the broker, connecting again", err)
	}
}

func (c *connection) live() *amqp.Connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil || c.current.IsClosed() {
		return nil
	}
	return c.current
}

// drop gives up the connection, if it is still the current one.
func (c *connection) drop(conn *amqp.Connection, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == conn && !conn.IsClosed() {
		c.outage.begin("gave up the connection to the broker, connecting again", errors.New(reason))
		_ = c.socket.Close()
	}
}

// call runs what waits for the broker's answer, and gives up the connection when
// there is none in time.
func (c *connection) call(conn *amqp.Connection, what string, f func() error) error {
	answered := make(chan error, 1)
	go func() { answered <- f() }()
	timeout := time.NewTimer(c.cfg.AnswerTimeout)
	defer timeout.Stop()
	select {
	case err := <-answered:
		return err
	case <-timeout.C:
	}
	c.drop(conn, "no answer to: "+what)
	if err := <-answered; err == nil {
		return nil // it came just now
	}
	return fmt.Errorf("rabbitmq: the broker did not answer in time: %s", what)
}

// channel opens a channel for use, and says which connection it is on.
func (c *connection) channel(ctx context.Context) (*amqp.Connection, *amqp.Channel, error) {
	conn, err := c.get(ctx)
	if err != nil {
		return nil, nil, err
	}
	var ch *amqp.Channel
	err = c.call(conn, "open a channel", func() (err error) { ch, err = conn.Channel(); return err })
	return conn, ch, err
}

// pause lets time pass, and fails where ctx or the transport ends before that.
func (c *connection) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.closed:
		return errClosed
	}
}

func (c *connection) isClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

func (c *connection) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.socket != nil {
		_ = c.socket.Close()
	}
}

// close ends the connection, with a word to the broker where it listens.
func (c *connection) close() {
	c.mu.Lock()
	if c.isClosed() {
		c.mu.Unlock()
		return
	}
	close(c.closed)
	conn := c.current
	c.mu.Unlock()
	if conn != nil {
		done := make(chan struct{})
		go func() { _ = conn.CloseDeadline(time.Now().Add(time.Second)); close(done) }()
		select {
		case <-done:
		case <-time.After(2 * time.Second): // somebody holds the socket's lock
		}
		c.hangUp()
		<-done
	}
	c.hangUp()
	c.watches.Wait()
}
