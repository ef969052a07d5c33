package bundle

import (
	"errors"
	"fmt"
	"log/slog"
)

// CacheConfig holds the optional settings of a [Cache]; the zero value works.
type CacheConfig struct {
	// MaxBytes is the disk space, in bytes, above which trees that are not in use are
	// evicted, those first that have not been used for longest. Trees in use are never
	// evicted, even if they exceed it alone. Defaults to 4 GiB.
	MaxBytes int64
	// Limits bound what is unpacked. Defaults to those of [Limits].
	Limits Limits
	// Logger logs trees that were changed on the disk, and so are unpacked again, and
	// what cannot be removed. Defaults to no logging.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c CacheConfig) WithDefaults() CacheConfig {
	if c.MaxBytes == 0 {
		c.MaxBytes = 4 << 30
	}
	c.Limits = c.Limits.WithDefaults()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c CacheConfig) validate() error {
	var problem error
	if c.MaxBytes < 1 {
		problem = fmt.Errorf("bundle: CacheConfig.MaxBytes is %d; it must be at least 1, or 0 for the default", c.MaxBytes)
	}
	return errors.Join(problem, c.Limits.validate())
}
