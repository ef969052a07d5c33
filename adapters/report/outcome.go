package report

import (
	"fmt"

	"github.com/benchbus/benchbus/domain/stats"
)

// outcome is that of a comparison, in the words of its sentence. A sentence about members
// of a group begins with a member, any other with the benchmark.
type outcome struct {
	members        bool // of a group
	verdict        stats.Verdict
	subject, where string // the benchmark with what both sides share; that alone
	first, second  string // the side with less, and the other
	ratio, bounds  string
	longer         bool // the second side took longer than the first, which is the baseline
	but            string
	margin, tell   string
}

// sayTime states the outcome of a comparison of times.
func sayTime(o outcome) string {
	switch {
	case o.verdict == stats.Unchanged && o.members:
		return fmt.Sprintf("%s and %s take the same time %s within %s (%s).", o.first, o.second, o.where, o.margin, o.bounds)
	case o.verdict == stats.Unchanged:
		return fmt.Sprintf("%s takes the same time %s and %s within %s (%s).", o.subject, o.first, o.second, o.margin, o.bounds)
	case o.verdict == stats.Inconclusive && o.members:
		return fmt.Sprintf("Whether %s or %s is faster %s is undecided (%s): %s.", o.first, o.second, o.where, o.bounds, o.tell)
	case o.verdict == stats.Inconclusive:
		return fmt.Sprintf("Whether %s is faster %s or %s is undecided (%s): %s.", o.subject, o.first, o.second, o.bounds, o.tell)
	case o.members:
		return fmt.Sprintf("%s is %s times as fast as %s %s (%s)%s.", o.first, o.ratio, o.second, o.where, o.bounds, o.but)
	case o.longer:
		return fmt.Sprintf("%s %s takes %s times as long as %s (%s)%s.", o.subject, o.second, o.ratio, o.first, o.bounds, o.but)
	}
	return fmt.Sprintf("%s %s is %s times as fast as %s (%s)%s.", o.subject, o.first, o.ratio, o.second, o.bounds, o.but)
}

// sayInstructions states the outcome of a comparison of instructions.
func sayInstructions(o outcome) string {
	switch {
	case o.verdict == stats.Unchanged && o.members:
		return fmt.Sprintf("%s and %s execute as many instructions %s within %s (%s).", o.first, o.second, o.where, o.margin, o.bounds)
	case o.verdict == stats.Unchanged:
		return fmt.Sprintf("%s executes as many instructions %s and %s within %s (%s).", o.subject, o.first, o.second, o.margin, o.bounds)
	case o.verdict == stats.Inconclusive && o.members:
		return fmt.Sprintf("Whether %s or %s executes fewer instructions %s is undecided (%s): %s.", o.first, o.second, o.where, o.bounds, o.tell)
	case o.verdict == stats.Inconclusive:
		return fmt.Sprintf("Whether %s executes fewer instructions %s or %s is undecided (%s): %s.", o.subject, o.first, o.second, o.bounds, o.tell)
	case o.members:
		return fmt.Sprintf("%s executes %s times as many instructions as %s %s (%s)%s.", o.second, o.ratio, o.first, o.where, o.bounds, o.but)
	}
	return fmt.Sprintf("%s executes %s times as many instructions %s as %s (%s)%s.", o.subject, o.ratio, o.second, o.first, o.bounds, o.but)
}
