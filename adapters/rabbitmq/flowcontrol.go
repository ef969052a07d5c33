package rabbitmq

import (
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// flowControl is shut while the broker blocks publishers, as it does when it runs out
// of memory or disk.
type flowControl struct {
	mu    sync.Mutex
	open  chan struct{} // closed while flowControl is open
	since time.Time     // when it was last opened
}

func newFlowControl() *flowControl {
	g := &flowControl{open: make(chan struct{})}
	close(g.open)
	return g
}

// opened returns a channel that is closed as soon as flowControl is open.
func (g *flowControl) opened() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// left returns how much of a timeout is left. The timeout begins anew whenever
// flowControl opens.
func (g *flowControl) left(patience time.Duration) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		return patience - time.Since(g.since)
	default:
		return patience
	}
}

// set opens or shuts flowControl, and reports whether that changed it.
func (g *flowControl) set(open bool) (changed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open:
		if !open {
			g.open = make(chan struct{})
			return true
		}
	default:
		if open {
			close(g.open)
			g.since = time.Now()
			return true
		}
	}
	return false
}

// follow returns a function that keeps flowControl in step with the broker's notices
// for as long as a connection lasts.
func (g *flowControl) follow(cfg Config) func(*amqp.Connection) {
	return func(conn *amqp.Connection) {
		blockings := conn.NotifyBlocked(make(chan amqp.Blocking, 1))
		go func() {
			for b := range blockings {
				switch changed := g.set(!b.Active); {
				case changed && b.Active:
					cfg.Logger.Warn("the broker blocks all who publish; waiting until it no longer does", "reason", b.Reason)
				case changed:
					cfg.Logger.Info("the broker no longer blocks those who publish")
				}
			}
			g.set(true) // the broker blocks a new connection anew
		}()
	}
}
