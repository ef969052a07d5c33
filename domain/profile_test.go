package domain

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfilePair(t *testing.T) {
	t.Parallel()
	p := ProfilePair{Revolutions: 4, Once: Profile{"start": 1000, "code": 40, "once": 3}, Twice: Profile{"start": 1000, "code": 80, "late": 2}}
	require.EqualValues(t, 39, p.Total())
	require.Equal(t, 9.75, p.PerRevolution())
	for function, want := range map[string]float64{"start": 0, "code": 10, "once": -0.75, "late": 0.5, "unheard": 0} {
		require.Equal(t, want, p.Instructions(function), function)
	}
	require.Zero(t, ProfilePair{}.PerRevolution())
	require.Zero(t, ProfilePair{}.Instructions("code"))
}
