package stats

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// HostRatio compares a cell with its baseline on one kind of machine. Its p-value is
// not corrected for other comparisons.
type HostRatio struct {
	// HostKey is the machines' key; see [domain.Host].
	HostKey string
	Comparison
}

// byHost compares the two sides on each kind of machine. The blocks are those of the
// candidate's iterations. It returns nil if only one kind measured both sides.
func byHost(candidate []iterationValues, blocks []Block, margin float64) []HostRatio {
	own := map[string][]Block{}
	for i, of := range candidate {
		if len(blocks[i].Baseline) > 0 {
			own[of.host] = append(own[of.host], blocks[i])
		}
	}
	if len(own) < 2 {
		return nil
	}
	var all []HostRatio
	for _, key := range slices.Sorted(maps.Keys(own)) {
		all = append(all, HostRatio{key, Compare(own[key], margin)})
	}
	return all
}

// disagreeing returns the ratios whose interval excludes that of another.
func disagreeing(all []HostRatio) (found []HostRatio) {
	for _, h := range all {
		if slices.ContainsFunc(all, func(other HostRatio) bool {
			return h.Interval.High < other.Interval.Low || other.Interval.High < h.Interval.Low
		}) {
			found = append(found, h)
		}
	}
	return found
}

// warnOfHosts warns of cells whose ratio differs between kinds of machine, with the
// names of the hosts.
func warnOfHosts(families []Family, hosts []HostUse) {
	names := map[string][]string{}
	for _, h := range hosts {
		names[h.Key] = append(names[h.Key], cmp.Or(h.Name, h.Key))
	}
	for _, f := range families {
		for m := range f.Others {
			var parts []string
			for _, h := range disagreeing(m.Hosts) {
				parts = append(parts, fmt.Sprintf("%.3g times as long on %s", h.Ratio, shortList(names[h.HostKey])))
			}
			if len(parts) > 0 {
				m.warnOnce(Warning{HostsDisagree, "kinds of machine disagree on its ratio to what it is compared with: " +
					"over all of them, the ratio depends on how often each was used", strings.Join(parts, ", ")})
			}
		}
	}
}

// shortList lists at most three names.
func shortList(names []string) string {
	const most = 3
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
