package report

import "github.com/benchbus/benchbus/domain/stats"

// relation is a member of a family, with the family.
type relation struct {
	stats.Family
	stats.Relative
}

// place identifies a cell and a factor.
type place struct {
	entry, variant int
	stats.Factor
}

// relations finds the family of each cell and factor.
func relations(families []stats.Family) map[place]relation {
	all := map[place]relation{}
	for _, f := range families {
		for _, m := range f.Members {
			all[place{m.Entry, m.Index, f.Factor}] = relation{f, m}
		}
	}
	return all
}

// by returns the families of one factor.
func by(factor stats.Factor, families []stats.Family) (found []stats.Family) {
	for _, f := range families {
		if f.Factor == factor {
			found = append(found, f)
		}
	}
	return found
}

// baselineOf names the baselines of a factor's families for a heading, and the
// exceptions. The best is what stands in where none is named.
func baselineOf(families []stats.Family, best string) (what, but string) {
	named := 0
	for _, f := range families {
		if f.Named {
			named++
		}
	}
	switch named {
	case 0:
		return best, ""
	case len(families):
		return "the baseline", ""
	}
	return "the baseline", "; " + best + " stands in where there is none"
}
