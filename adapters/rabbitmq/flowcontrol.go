package rabbitmq

import (
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// flowControl is shut while the broker blocks those who publish, as it does when it
// runs out of memory or disk.
type flowControl struct {
	mu    sync.Mutex
	open  chan struct{} // closed while it is open
	since time.Time     // when it was opened last
}

func newFlowControl() *flowControl {
	g := &flowControl{open: make(chan struct{})}
	close(g.open)
	return g
}

// opened is closed once it is open.
func (g *flowControl) opened() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// left is how much is left of somebody's patience, which begins anew whenever
// it opens.
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

// set opens or shuts it, and tells whether that changed it.
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

// follow keeps it as the broker says, while the connection lasts.
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
			g.set(true) // a new connection is told anew
		}()
	}
}
