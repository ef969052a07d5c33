package stats

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// EnvironmentUse counts the iterations that executed a variant in an environment.
type EnvironmentUse struct {
	domain.Environment
	Iterations int
}

// maxEnvironments limits the environments that a cell keeps. Further ones are
// dropped.
const maxEnvironments = 16

// addEnvironment counts an environment in which the variant was executed. It ignores
// an empty one, which means that the environment is unknown.
func (c *Cell) addEnvironment(e domain.Environment) {
	if len(e) == 0 {
		return
	}
	at := slices.IndexFunc(c.Environments, func(known EnvironmentUse) bool { return slices.Equal(known.Environment, e) })
	if at < 0 && len(c.Environments) == maxEnvironments {
		return
	}
	if at < 0 {
		at = len(c.Environments)
		c.Environments = append(c.Environments, EnvironmentUse{Environment: e})
	}
	c.Environments[at].Iterations++
}

// sortEnvironments sorts the environments by use, the most used first. Their order
// does not depend on the order of the results.
func (c *Cell) sortEnvironments() {
	slices.SortFunc(c.Environments, func(x, y EnvironmentUse) int {
		return cmp.Or(cmp.Compare(y.Iterations, x.Iterations), strings.Compare(fmt.Sprint(x.Environment), fmt.Sprint(y.Environment)))
	})
}

// environmentWarnings warns of debuggers and profilers that were loaded, and of
// environments that differ.
func (c *Cell) environmentWarnings() (found []Warning) {
	var slow []string
	for _, use := range c.Environments {
		for name := range strings.FieldsSeq(use.Get(domain.SlowedBy)) {
			if !slices.Contains(slow, name) {
				slow = append(slow, name)
			}
		}
	}
	if len(slow) > 0 {
		found = append(found, Warning{SlowedBy, "an extension is loaded that looks on while code runs, and takes time for it", strings.Join(slow, ", ")})
	}
	if len(c.Environments) > 1 {
		found = append(found, Warning{MixedEnvironments, "it was executed in several environments, and a median mixes them all",
			differences(c.Environments)})
	}
	return found
}

// differences lists the properties in which the environments differ, with their values.
func differences(uses []EnvironmentUse) string {
	var parts []string
	for _, first := range append(slices.Clone(uses[0].Environment), uses[1].Environment...) {
		var values []string
		for _, use := range uses {
			if value := use.Get(first.Name); !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
		part := first.Name + " " + strings.Join(values[:min(len(values), 3)], ", ")
		if more := len(values) - 3; more > 0 {
			part += fmt.Sprintf(" and %d more", more)
		}
		if len(values) > 1 && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}
