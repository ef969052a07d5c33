package php

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

// discovery holds the results of the search for runtimes.
type discovery struct {
	found []domain.Runtime
	// broken holds the candidates that do not work, with their errors.
	broken []candidate
}

// discover asks all candidates concurrently. If several have the same name, it takes
// the one with the lowest rank, and of those the first on the PATH.
func (c Config) discover() discovery {
	candidates := c.candidates()
	var asked sync.WaitGroup
	for i := range candidates {
		asked.Go(func() { candidates[i].ask(c) })
	}
	asked.Wait()
	slices.SortStableFunc(candidates, func(a, b candidate) int { return a.rank - b.rank })
	var d discovery
	for _, k := range candidates {
		taken := func(r domain.Runtime) bool { return r.Name == k.runtime.Name }
		switch {
		case k.err != nil:
			c.Logger.Warn("a PHP that does not work was passed over", "command", strings.Join(k.command, " "), "error", k.err)
			d.broken = append(d.broken, k)
		case !slices.ContainsFunc(d.found, taken) && !d.configured(k.runtime.Name):
			d.found = append(d.found, k.runtime)
		}
	}
	slices.SortFunc(d.found, func(a, b domain.Runtime) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return d
}

// configured reports whether a command that does not work is configured for the name.
// No other candidate may replace it, since the user chose this one.
func (d *discovery) configured(name domain.RuntimeName) bool {
	return slices.ContainsFunc(d.broken, func(k candidate) bool { return k.want == name })
}

func (d *discovery) lookup(name domain.RuntimeName, c Config) (domain.Runtime, error) {
	var names, broken []string
	for _, r := range d.found {
		if r.Name == name {
			return r, nil
		}
		names = append(names, string(r.Name))
	}
	for _, k := range d.broken {
		command := strings.Join(k.command, " ")
		if k.want == name {
			return domain.Runtime{}, domain.Fail(domain.ClassRuntime,
				"the command configured for %s, %s, does not work: %w", name, command, k.err)
		}
		broken = append(broken, fmt.Sprintf("%s (%v)", command, k.err))
	}
	text := fmt.Sprintf("runtime %s is not here: no command is configured for it, and there is none on the PATH nor in %s",
		name, strings.Join(c.RuntimesDirs, ", "))
	if len(names) > 0 {
		text += "; here are " + strings.Join(names, ", ")
	}
	if len(broken) > 0 {
		text += "; these do not work: " + strings.Join(broken, ", ")
	}
	return domain.Runtime{}, domain.Fail(domain.ClassRuntime, "%s", text)
}
