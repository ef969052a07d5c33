package application

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// pair is the profiles of one revolution and of two, with the same start-up.
func pair(functions domain.Profile) domain.ProfilePair {
	p := domain.ProfilePair{Revolutions: 1, Once: domain.Profile{"start": 500}, Twice: domain.Profile{"start": 500}}
	for f, n := range functions {
		p.Once[f], p.Twice[f] = n, 2*n
	}
	return p
}

func TestCompareProfiles(t *testing.T) {
	t.Parallel()
	b := &domain.Benchmark{Slug: "b", Name: "The B"}
	variants := []domain.Variant{{Benchmark: b, Runtime: "php74"}, {Benchmark: b, Runtime: "php84"}, {Benchmark: b, Runtime: "php84", Settings: domain.Settings{{Name: "jit", Value: "tracing"}}}}
	profiles := []domain.ProfilePair{pair(domain.Profile{"a": 100, "same": 7, "b": 5}), pair(domain.Profile{"a": 40, "same": 7, "c": 5}), pair(domain.Profile{"jit": 20, "same": 7})}

	compare := func(n int, baselines ...string) []ProfileDifference {
		t.Helper()
		all, err := CompareProfiles(variants[:n], profiles[:n], baselines)
		require.NoError(t, err)
		return all
	}
	require.Equal(t, []ProfileDifference{{
		Baseline: 1, Other: 0, BaselineTotal: 52, OtherTotal: 112,
		Functions: []FunctionDifference{{"a", 40, 100}, {"b", 0, 5}, {"c", 5, 0}},
	}}, compare(2))
	require.Equal(t, []ProfileDifference{{
		Baseline: 0, Other: 1, BaselineTotal: 112, OtherTotal: 52,
		Functions: []FunctionDifference{{"a", 100, 40}, {"b", 5, 0}, {"c", 0, 5}},
	}}, compare(2, "7.4"))
	require.Equal(t, []ProfileDifference{{
		Baseline: -1, OtherTotal: 112, Functions: []FunctionDifference{{"a", 0, 100}, {"same", 0, 7}, {"b", 0, 5}},
	}}, compare(1))
	base := func(baselines ...string) [2]int {
		all := compare(3, baselines...)
		require.Len(t, all, 2)
		require.Equal(t, all[0].Baseline, all[1].Baseline)
		return [2]int{all[0].Baseline, all[1].Other}
	}
	require.Equal(t, [2]int{2, 1}, base(), "the fewest instructions")
	require.Equal(t, [2]int{0, 2}, base("php74"))
	require.Equal(t, [2]int{2, 1}, base("php84"), "the fewest instructions of those that it names")
	require.Equal(t, [2]int{1, 2}, base("php84", "default"), "both names")
	require.Equal(t, [2]int{2, 1}, base("the b"), "all are it")

	_, err := CompareProfiles(variants, profiles[:1], nil)
	require.Error(t, err)
	_, err = CompareProfiles(nil, nil, nil)
	require.Error(t, err)
}

func TestShareOfTheDifferences(t *testing.T) {
	t.Parallel()
	d := ProfileDifference{Functions: []FunctionDifference{{"a", 0, 60}, {"b", 30, 0}, {"c", 0, 10}}}
	for first, want := range []float64{0, 0.6, 0.9, 1} {
		require.InDelta(t, want, d.Share(d.Functions[:first]), 1e-12)
	}
	require.InDelta(t, 0.3, d.Share(d.Functions[1:2]), 1e-12)
	require.Equal(t, 1.0, ProfileDifference{}.Share(nil))
}
