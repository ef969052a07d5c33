package watermillbus

import "sync"

// collected are the reply addresses whose results are collected through this bus.
// Not every transport keeps a second collector away.
type collected struct {
	mu        sync.Mutex
	addresses map[string]bool
}

// add takes an address; false where somebody has it.
func (c *collected) add(address string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.addresses[address] {
		return false
	}
	if c.addresses == nil {
		c.addresses = map[string]bool{}
	}
	c.addresses[address] = true
	return true
}

func (c *collected) remove(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.addresses, address)
}
