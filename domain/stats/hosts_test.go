package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// onHosts makes a run of which the hosts execute the iterations in turn. The second
// variant takes so many times as long on each.
func onHosts(t *testing.T, hosts []domain.Host, ratios ...float64) Report {
	t.Helper()
	random := rand.New(rand.NewPCG(23, 24))
	run := newRun(t, 12, benchmark("a", "", "php84", "php82"))
	results := execute(run, func(n int, s domain.Sample) float64 {
		level := 1e5
		if s.Variant == 1 {
			level *= ratios[n%len(hosts)]
		}
		return around(random, level)
	})
	for i := range results {
		results[i].Host = hosts[results[i].Iteration%len(hosts)]
	}
	return build(t, run, results)
}

func TestHostsThatDisagree(t *testing.T) {
	t.Parallel()
	hosts := []domain.Host{{Key: "k1", Name: "old"}, {Key: "k2", Name: "new"}, {Key: "k1", Name: "older"}}
	r := onHosts(t, hosts, 1.1, 1.3, 1.1)
	slow := relative(r, ByRuntime, 1)
	require.Len(t, slow.Hosts, 2)
	check := func(i int, key string, ratio float64, blocks int) {
		t.Helper()
		require.Equal(t, key, slow.Hosts[i].HostKey)
		require.InEpsilon(t, ratio, slow.Hosts[i].Ratio, 0.01)
		require.Equal(t, blocks, slow.Hosts[i].Blocks)
		require.Equal(t, UnitSample, slow.Hosts[i].Unit)
	}
	check(0, "k1", 1.1, 8)
	check(1, "k2", 1.3, 4)
	require.Equal(t, UnitIteration, slow.Unit)
	require.Equal(t, []WarningCode{Interaction, HostsDisagree}, codes(slow.Warnings))
	require.Equal(t, "1.1 times as long on old, older, 1.3 times as long on new", slow.Warnings[1].Detail)
	require.Empty(t, relative(r, ByRuntime, 0).Hosts, "the baseline is not compared")

	r = onHosts(t, hosts, 1.2, 1.2, 1.2)
	require.Len(t, relative(r, ByRuntime, 1).Hosts, 2)
	require.Empty(t, codes(r.Cells[1].Warnings), "they agree")

	r = onHosts(t, hosts[:1], 1.2)
	require.Empty(t, relative(r, ByRuntime, 1).Hosts, "one kind of machine")
}

func TestOnlyHostsWithAnIntervalDisagree(t *testing.T) {
	t.Parallel()
	at := func(low, high float64) HostRatio {
		return HostRatio{Comparison: Comparison{Interval: Interval{low, high}}}
	}
	require.Empty(t, disagreeing([]HostRatio{at(1, 1.1), at(1.1, 1.2), {Comparison: itself()}}))
	require.Len(t, disagreeing([]HostRatio{at(1, 1.1), at(1.11, 1.2), at(1.05, 1.15)}), 2)
}

func TestShortListOfHosts(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a, b, c", shortList([]string{"a", "b", "c"}))
	require.Equal(t, "a, b, c and 2 more", shortList([]string{"a", "b", "c", "d", "e"}))
}
