package stats

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// addNotices adds the notices of a sample. For each severity it keeps the message
// that sorts first, so that the order of the results makes no difference.
func (c *Cell) addNotices(more []domain.Notice) {
	for _, n := range more {
		i, found := slices.BinarySearchFunc(c.Notices, n.Severity, func(have domain.Notice, severity string) int {
			return cmp.Compare(have.Severity, severity)
		})
		if !found {
			c.Notices = slices.Insert(c.Notices, i, n)
			continue
		}
		c.Notices[i].Count += n.Count
		c.Notices[i].Message = min(c.Notices[i].Message, n.Message)
	}
}

// noticesInWords lists the notices with their counts.
func noticesInWords(notices []domain.Notice) string {
	var all []string
	for _, n := range notices {
		all = append(all, fmt.Sprintf("%s × %s: %s", grouped(n.Count), n.Severity, n.Message))
	}
	return strings.Join(all, "; ")
}

// grouped formats a number with thousands separators.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
