package host

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestTheKeyOfAMachineStays(t *testing.T) {
	t.Parallel()
	check := func(want string, h domain.Host) {
		t.Helper()
		got, err := keyOf(h)
		require.NoError(t, err)
		require.Equal(t, want, got, "a new key makes all that was measured before incomparable")
	}
	check("1ffb4b6f654b", domain.Host{Key: "other", Name: "box", OS: "linux", Arch: "amd64", Kernel: "6.1",
		CPUModel: "Intel(R) Xeon(R) CPU @ 2.20GHz", Cores: 2, MemoryGiB: 16, Virtualisation: "kvm"})
	check("0659c2229ae2", domain.Host{OS: "linux", Arch: "arm64", Cores: 64})
}

func TestTheKeyIsOfEveryFact(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, h := range []domain.Host{{}, {OS: "x"}, {Arch: "x"}, {Kernel: "x"}, {CPUModel: "x"}, {Cores: 1}, {MemoryGiB: 1}, {Virtualisation: "x"}} {
		got, err := keyOf(h)
		require.NoError(t, err)
		require.False(t, seen[got], "%+v", h)
		seen[got] = true
	}
}
