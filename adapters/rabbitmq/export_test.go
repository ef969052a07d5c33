package rabbitmq

import (
	"maps"
	"slices"
)

// Declared returns the names of what the transport has declared.
func (t *Transport) Declared() []string {
	t.topology.mu.Lock()
	defer t.topology.mu.Unlock()
	return slices.Collect(maps.Keys(t.topology.declared))
}
