package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestADryRunExecutesAndStoresNothing(t *testing.T) {
	c := newCLI(t)
	c.define("quick", "revolutions: 10\ncode: touch('"+c.catalog+"/mark');")
	t.Setenv("BENCHBUS_CATALOG", c.catalog)
	args := []string{"run", "quick", "loop", "--php-version=php84,php82", "--iterations=20", "--samples=2", "--workers=1", "--dry-run"}
	code, stdout, stderr := c.run(args...)
	require.Zero(t, code, stderr)
	require.Empty(t, stderr)
	require.Contains(t, stdout, "quick")
	require.Contains(t, stdout, "php84 php82")
	require.Contains(t, stdout, "40 messages, 160 samples: about 8s with 1 at a time, which is an estimate")

	code, stdout, stderr = c.run(append(args, "--format=json")...)
	require.Zero(t, code, stderr)
	var plan plannedRun
	require.NoError(t, json.Unmarshal([]byte(stdout), &plan))
	require.Equal(t, plannedRun{
		Schema: "benchbus.plan.v1", Messages: 40, Samples: 160, Slots: 1, Estimate: 7.52,
		Entries: []plannedEntry{
			{"quick", []string{"quick"}, []domain.RuntimeName{"php84", "php82"}, 2, 20, 80},
			{"loop", []string{"loop"}, []domain.RuntimeName{"php84", "php82"}, 2, 20, 80},
		},
	}, plan)

	for _, path := range []string{c.catalog + "/mark", c.store} {
		_, err := os.Stat(path)
		require.ErrorIs(t, err, os.ErrNotExist, path)
	}
	code, stdout, _ = c.run("run", "--test=loop", "--php-version=php99", "--dry-run")
	require.Equal(t, exitUnavailable, code, "what cannot be run is said")
	require.Empty(t, stdout)
}
