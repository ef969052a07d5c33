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

// connection is a connection to the broker that outlives its loss: whoever needs it
// next connects again.
//
// It stands in for watermill-amqp's ConnectionWrapper, which races on each reconnect,
// leaks a goroutine when it is closed meanwhile, and cannot be closed while the broker
// does not read.
type connection struct {
	purpose string
	cfg     Config
	outage  *outage
	redact  redactor
	// opened is called with each new connection before anybody else gets it.
	opened func(*amqp.Connection)

	dialing chan struct{} // holds a token while somebody connects; guards tried and pauses
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

// get returns the connection. If there is none, one caller connects, with pauses
// between the tries, and the others wait for it.
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
	var failed error // the error of the last try
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

// lasting is the age of the last try from which the next one needs no pause.
const lasting = 2 * time.Second

// untilNextTry returns the pause before the next try to connect. The pauses grow until
// a connection has lasted, because a connection that the broker closes at once, over
// and over, is no better than none.
func (c *connection) untilNextTry() time.Duration {
	if time.Since(c.tried) > lasting {
		c.pauses.Reset()
		return 0
	}
	return c.pauses.NextBackOff()
}

// connect tries once to connect.
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

// watch reports why a connection was lost. It closes the socket to free a writer that
// the broker left waiting, because amqp091 would wait for that writer.
func (c *connection) watch(conn *amqp.Connection, lost <-chan *amqp.Error, socket net.Conn) {
	err := <-lost
	_ = socket.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == conn && !c.isClosed() { // else there is another already, or the transport is closed
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

// drop gives up the connection if it is still the current one.
func (c *connection) drop(conn *amqp.Connection, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == conn && !conn.IsClosed() {
		c.outage.begin("gave up the connection to the broker, connecting again", errors.New(reason))
		_ = c.socket.Close()
	}
}

// call runs f, which waits for the broker's answer. It gives up the connection if no
// answer comes in time.
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
		return nil // the answer came just now
	}
	return fmt.Errorf("rabbitmq: the broker did not answer in time: %s", what)
}

// channel opens a channel and returns it with its connection.
func (c *connection) channel(ctx context.Context) (*amqp.Connection, *amqp.Channel, error) {
	conn, err := c.get(ctx)
	if err != nil {
		return nil, nil, err
	}
	var ch *amqp.Channel
	err = c.call(conn, "open a channel", func() (err error) { ch, err = conn.Channel(); return err })
	return conn, ch, err
}

// pause waits for d. It fails if ctx or the transport ends before that.
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

// close ends the connection. It says goodbye to the broker if the broker listens.
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
		case <-time.After(2 * time.Second): // another goroutine holds the socket's lock
		}
		c.hangUp()
		<-done
	}
	c.hangUp()
	c.watches.Wait()
}
