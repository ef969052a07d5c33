package report

import (
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// environmentLines returns a line for each environment of each runtime and settings. It
// names the benchmarks of an environment where others ran in another one.
func environmentLines(r *stats.Report, names labels, verbose bool) (lines []string) {
	benchmarks, all := map[string][]string{}, map[string][]string{}
	in := map[string]string{} // the runtime and settings of each line
	for i := range r.Cells {
		c := &r.Cells[i]
		who, name := string(c.Runtime), names.of(c.Benchmark)
		if text := names.phrase(stats.BySettings, c.Variant); text != "" {
			who += " " + text
		}
		for _, use := range c.Environments {
			text := line(who + ": " + environmentText(use.Environment, verbose))
			if !slices.Contains(lines, text) {
				lines, in[text] = append(lines, text), who
			}
			benchmarks[text], all[who] = add(benchmarks[text], name), add(all[who], name)
		}
	}
	for i, text := range lines {
		if of := benchmarks[text]; len(of) < len(all[in[text]]) {
			lines[i] = line(text + " (" + few(of) + ")")
		}
	}
	return lines
}

// add appends a name that is not there yet.
func add(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// environmentText shows the version and the build without their names, and the other
// properties with theirs. It shows paths only if verbose.
func environmentText(e domain.Environment, verbose bool) string {
	var first, rest []string
	for _, s := range e {
		switch {
		case s.Name == "version":
			first = append([]string{s.Value}, first...)
		case s.Name == "build":
			first = append(first, s.Value)
		case verbose || !strings.HasPrefix(s.Value, "/"):
			rest = append(rest, strings.ReplaceAll(s.Name, "_", " ")+" "+s.Value)
		}
	}
	return strings.Join(append([]string{strings.Join(first, " ")}, rest...), ", ")
}

// environments returns the environments of a cell in one text, which is easy to search
// for differences.
func environments(c *stats.Cell) string {
	all := make([]string, len(c.Environments))
	for i, use := range c.Environments {
		all[i] = domain.Settings(use.Environment).String()
	}
	return strings.Join(all, "; ")
}

// environmentsJSON makes an object for each environment.
func environmentsJSON(uses []stats.EnvironmentUse) []object {
	all := make([]object, len(uses))
	for i, use := range uses {
		facts := object{}
		for _, s := range use.Environment {
			facts = append(facts, member{s.Name, s.Value})
		}
		all[i] = object{{"iterations", use.Iterations}, {"facts", facts}}
	}
	return all
}
