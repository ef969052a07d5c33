package stats

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestEnvironmentsAreCountedAndDifferencesTold(t *testing.T) {
	of := func(version, slowedBy string) domain.Environment {
		e := domain.Environment{{Name: "opcache", Value: "off"}}
		if slowedBy != "" {
			e = append(e, domain.Setting{Name: domain.SlowedBy, Value: slowedBy})
		}
		return append(e, domain.Setting{Name: "version", Value: version})
	}
	var c Cell
	c.addEnvironment(nil)
	require.Empty(t, c.Environments)
	require.Empty(t, c.environmentWarnings())
	for _, e := range []domain.Environment{of("8.4.2", ""), of("8.4.1", "pcov xdebug"), of("8.4.2", "")} {
		c.addEnvironment(e)
	}
	c.sortEnvironments()
	require.Equal(t, []EnvironmentUse{{of("8.4.2", ""), 2}, {of("8.4.1", "pcov xdebug"), 1}}, c.Environments)
	warnings := c.environmentWarnings()
	require.Len(t, warnings, 2)
	require.Equal(t, SlowedBy, warnings[0].Code)
	require.Equal(t, "pcov, xdebug", warnings[0].Detail)
	require.Equal(t, MixedEnvironments, warnings[1].Code)
	require.Equal(t, "version 8.4.2, 8.4.1; slowed_by , pcov xdebug", warnings[1].Detail)
}

func TestTheNumberOfEnvironmentsIsBounded(t *testing.T) {
	var c Cell
	for i := range 1000 {
		c.addEnvironment(domain.Environment{{Name: "pid", Value: fmt.Sprint(i)}})
	}
	require.Len(t, c.Environments, maxEnvironments)
	require.Contains(t, c.environmentWarnings()[0].Detail, "pid 0, 1, 2 and 13 more")
}
