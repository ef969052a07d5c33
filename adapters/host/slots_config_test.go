package host

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlotsConfigReportsAllProblems(t *testing.T) {
	t.Parallel()
	first := allowedCores()[0]
	_, err := NewSlots(SlotsConfig{Dir: t.TempDir(), Cores: []int{first, -1, first, 1 << 20}})
	require.ErrorContains(t, err, "Cores holds -1; this process may use only")
	require.ErrorContains(t, err, "twice")
	require.ErrorContains(t, err, "Cores holds 1048576; this process may use only")

	_, err = NewSlots(SlotsConfig{Dir: t.TempDir(), Cores: []int{}})
	require.ErrorContains(t, err, "Cores is empty; name at least one, or leave it nil for all")
}

func TestSlotsConfigDefaults(t *testing.T) {
	t.Parallel()
	var zero SlotsConfig
	full := zero.WithDefaults()
	require.Equal(t, SlotsConfig{}, zero)
	require.Equal(t, "benchbus-cpu", full.Dir[len(full.Dir)-len("benchbus-cpu"):])
	require.Equal(t, usableCores(), full.Cores)
	require.NotNil(t, full.Logger)
}
