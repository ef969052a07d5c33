package watermillbus

import "sync"

// collected holds the reply addresses whose results somebody collects through this bus.
// The bus refuses a second collector itself, because not every transport does.
type collected struct {
	mu        sync.Mutex
	addresses map[string]bool
}

// add takes an address. It returns false if somebody has taken it already.
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
