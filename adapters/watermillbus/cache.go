package watermillbus

import "sync"

const (
	cacheEntries   = 512       // a run usually has fewer benchmarks
	cacheEntrySize = 64 * 1024 // bytes; a larger value is not worth its memory
)

// cache remembers what was computed for a key. It forgets everything when it is
// full, which is simple and costs one computation per key.
type cache[K comparable, V any] struct {
	mu     sync.RWMutex
	values map[K]V
}

func (c *cache[K, V]) get(key K) (V, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	value, ok := c.values[key]
	return value, ok
}

func (c *cache[K, V]) put(key K, value V, size int) {
	if size > cacheEntrySize {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil || len(c.values) >= cacheEntries {
		c.values = map[K]V{}
	}
	c.values[key] = value
}
