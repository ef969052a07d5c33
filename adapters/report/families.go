package report

import "github.com/benchbus/benchbus/domain/stats"

// relation is a family and how one of its members stands in it.
type relation struct {
	stats.Family
	stats.Relative
}

// place is where a cell stands by one factor.
type place struct {
	entry, variant int
	stats.Factor
}

// relations finds, for each cell and factor, how it stands in its family.
func relations(r *stats.Report) map[place]relation {
	all := map[place]relation{}
	for _, f := range r.Families {
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

// baselineOf says what the families of a factor are compared with, and where that is
// not so.
func baselineOf(families []stats.Family) (what, but string) {
	named := 0
	for _, f := range families {
		if f.Named {
			named++
		}
	}
	switch named {
	case 0:
		return "the fastest", ""
	case len(families):
		return "the baseline", ""
	}
	return "the baseline", "; the fastest stands in where there is none"
}
