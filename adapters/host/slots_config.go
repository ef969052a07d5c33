package host

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
)

// SlotsConfig holds the optional settings of [Slots]; the zero value works.
type SlotsConfig struct {
	// Dir is the folder of the lock files, one per core. All workers of the host must
	// share it, even those of different users. If it is missing, it is made and opened
	// to all users. Defaults to benchbus-cpu in /run/lock, or in /tmp if not all users
	// may make folders in /run/lock; on systems other than Linux in os.TempDir().
	Dir string
	// Cores are the numbers of the cores to grant. This process must be allowed to use
	// them. Defaults to all that it may use or, if its cgroup has a CPU quota, to as
	// many of the first of them as the quota allows.
	Cores []int
	// Logger logs once that measurements have to queue for a core, and each stopped
	// process that keeps one. Defaults to no logging.
	Logger *slog.Logger
}

// WithDefaults returns the configuration with its defaults filled in.
func (c SlotsConfig) WithDefaults() SlotsConfig {
	if c.Dir == "" {
		c.Dir = filepath.Join(sharedPlace(), "benchbus-cpu")
	}
	if c.Cores == nil {
		c.Cores = usableCores()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c SlotsConfig) validate() error {
	var problems []error
	if len(c.Cores) == 0 {
		problems = append(problems, errors.New("host: Cores is empty; name at least one, or leave it nil for all"))
	}
	allowed := allowedCores()
	for i, core := range c.Cores {
		if slices.Contains(c.Cores[:i], core) {
			problems = append(problems, fmt.Errorf("host: Cores holds %d twice", core))
		} else if !slices.Contains(allowed, core) {
			problems = append(problems, fmt.Errorf("host: Cores holds %d; this process may use only %v", core, allowed))
		}
	}
	return errors.Join(problems...)
}
