package bundlehttp

import (
	"log/slog"
	"time"
)

// HandlerConfig holds the optional settings of [Handler]; the zero value works.
type HandlerConfig struct {
	// Token is what each request must send. Defaults to none: whoever reaches the server
	// may read and write bundles.
	Token string
	// MaxBytes is the largest bundle that is stored, in bytes. Defaults to 2 GiB, also if
	// it is negative.
	MaxBytes int64
	// IdleTimeout is how long a client may send or take nothing before its request ends.
	// Defaults to one minute, also if it is negative.
	IdleTimeout time.Duration
	// Logger logs what is stored, at level info, and what fails, as warnings. Defaults to
	// no logging.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c HandlerConfig) WithDefaults() HandlerConfig {
	if c.MaxBytes <= 0 {
		c.MaxBytes = 2 << 30
	}
	if c.IdleTimeout <= 0 {
		c.IdleTimeout = time.Minute
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
