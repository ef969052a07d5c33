package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	logger  *slog.Logger
	redact  redactor
	// opened is called with each new connection, before anybody else gets it.
	opened func(*amqp.Connection)

	dialing chan struct{} // holds a token while somebody connects

	mu      sync.Mutex
	current *amqp.Connection
	socket  net.Conn
	closed  chan struct{}
	watches sync.WaitGroup
}

func newConnection(purpose string, cfg Config, opened func(*amqp.Connection)) *connection {
	return &connection{
		purpose: purpose, cfg: cfg, logger: cfg.Logger.With("connection", purpose), redact: newRedactor(cfg.URL),
		opened: opened, dialing: make(chan struct{}, 1), closed: make(chan struct{}),
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
	again := c.cfg.Connection.Reconnect
	pauses := backoff.NewExponentialBackOff()
	pauses.InitialInterval, pauses.MaxInterval = again.BackoffInitialInterval, again.BackoffMaxInterval
	pauses.Multiplier, pauses.RandomizationFactor, pauses.MaxElapsedTime = again.BackoffMultiplier, again.BackoffRandomizationFactor, 0
	pauses.Reset()
	for level := slog.LevelWarn; ; level = slog.LevelDebug { // once is enough to know
		conn, err := c.connect()
		if err == nil || errors.Is(err, errClosed) {
			return conn, err
		}
		c.logger.Log(ctx, level, "cannot connect to the broker, trying again", "address", Address(c.cfg.URL), "error", err)
		select {
		case <-time.After(pauses.NextBackOff()):
		case <-ctx.Done():
			return nil, err
		case <-c.closed:
			return nil, errClosed
		}
	}
}

// connect makes the connection in one try.
func (c *connection) connect() (*amqp.Connection, error) {
	if c.isClosed() {
		return nil, errClosed
	}
	conn, err := amqp.DialConfig(c.cfg.URL, c.amqpConfig())
	if err != nil {
		c.hangUp()
		if c.isClosed() {
			return nil, errClosed
		}
		return nil, fmt.Errorf("rabbitmq: connect to %s: %w", Address(c.cfg.URL), c.redact.error(explainTLS(c.cfg.URL, err)))
	}
	c.opened(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isClosed() {
		_ = c.socket.Close()
		return nil, errClosed
	}
	c.current = conn
	lost, socket := conn.NotifyClose(make(chan *amqp.Error, 1)), c.socket
	c.watches.Go(func() { c.watch(lost, socket) })
	return conn, nil
}

// watch says why a connection was lost. Closing its socket frees a writer that
// the broker let stand, which amqp091 would wait for.
func (c *connection) watch(lost <-chan *amqp.Error, socket net.Conn) {
	err := <-lost
	_ = socket.Close()
	if !c.isClosed() {
		c.logger.Warn("lost the connection to the broker", "address", Address(c.cfg.URL), "error", err)
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
		c.logger.Warn("gave up the connection to the broker", "reason", reason)
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
