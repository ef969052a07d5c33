package rabbitmq

import (
	"context"
	"maps"
	"net"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const dialTimeout = 10 * time.Second

// amqpConfig returns the caller's settings with the additions that make it possible to
// hang up at any time.
func (c *connection) amqpConfig() amqp.Config {
	var cfg amqp.Config
	if given := c.cfg.Connection.AmqpConfig; given != nil {
		cfg = *given
	}
	if given := c.cfg.Connection.TLSConfig; given != nil {
		cfg.TLSClientConfig = given
	}
	// amqp091 writes into the TLS settings and the properties, and other connections
	// use the same ones.
	cfg.TLSClientConfig = cfg.TLSClientConfig.Clone()
	if cfg.Properties = maps.Clone(cfg.Properties); cfg.Properties == nil {
		cfg.Properties = amqp.NewConnectionProperties()
	}
	if _, named := cfg.Properties["connection_name"]; !named {
		cfg.Properties.SetClientConnectionName("benchbus " + c.purpose)
	}
	dial := cfg.Dial
	if dial == nil {
		dial = c.dial
	}
	cfg.Dial = func(network, address string) (net.Conn, error) {
		socket, err := dial(network, address)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.isClosed() {
			_ = socket.Close()
			return nil, errClosed
		}
		c.socket = socket
		return socket, nil
	}
	return cfg
}

// dial does what amqp.DefaultDial does, but ends when the transport is closed.
func (c *connection) dial(network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	go func() {
		select {
		case <-c.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	socket, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return socket, socket.SetDeadline(time.Now().Add(dialTimeout)) // bounds the handshake; amqp091 lifts it
}
