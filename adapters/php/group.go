package php

import "sync"

// group is a process group that can be killed until its leader is reaped: after
// that its id may be somebody else's.
type group struct {
	mu     sync.Mutex
	pid    int
	closed bool
	why    string // why it was killed while the leader lived
}

func (g *group) kill(why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return
	}
	if g.why == "" {
		g.why = why
	}
	killGroup(g.pid)
}

// close kills what is left once the leader has ended.
func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	killGroup(g.pid)
	g.closed = true
}
