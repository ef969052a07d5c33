package report

import (
	"math"
	"strconv"

	"github.com/benchbus/benchbus/domain/stats"
)

// none is shown where there is no number.
const none = "–"

// unit is a unit with its size in the base unit.
type unit struct {
	name string
	size float64
}

var (
	timeUnits  = []unit{{"ns", 1}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}}
	countUnits = []unit{{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}}
	byteUnits  = []unit{{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}}
	ratioUnits = []unit{{"×", 1}}
)

// significant is the number of significant digits of a value, unless its interval leaves
// fewer; see digitsOf.
const significant = 4

// digitsOf returns the number of significant digits of a value with that interval: one
// beyond the first digit that the interval leaves open, but from two to four.
func digitsOf(value float64, interval stats.Interval) int {
	width := interval.High - interval.Low
	if !(width > 0 && value > 0) {
		return significant
	}
	open := math.Floor(math.Log10(value)) - math.Floor(math.Log10(width))
	return int(min(max(open+2, 2), significant))
}

// scale is the unit and the number of decimals of a value and of those beside it.
type scale struct {
	unit
	decimals int
}

// scaleOf chooses the largest unit of which the value, rounded to so many significant
// digits, has at least one.
func scaleOf(value float64, units []unit, digits int) scale {
	chosen := units[0]
	for _, u := range units {
		if roundTo(value/u.size, digits) >= 1 {
			chosen = u
		}
	}
	return scale{chosen, decimals(value/chosen.size, digits)}
}

// number shows a value in the scale's unit, without its name.
func (s scale) number(value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return none
	}
	return strconv.FormatFloat(value/s.size, 'f', s.decimals, 64)
}

// fine shows a value like number, but with at least two significant digits, since it may
// be much smaller than the value that the scale was made for.
func (s scale) fine(value float64) string {
	s.decimals = max(s.decimals, decimals(value/s.size, 2))
	return s.number(value)
}

// interval shows both ends in the scale's unit, without its name.
func (s scale) interval(i stats.Interval) string { return s.number(i.Low) + " … " + s.number(i.High) }

// quantity shows a value with a unit that suits it, and so many significant digits.
func quantity(value float64, units []unit, digits int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return none
	}
	s := scaleOf(value, units, digits)
	if s.name == "" {
		return s.number(value)
	}
	return s.number(value) + " " + s.name
}

// memory shows bytes; 0 means unknown.
func memory(bytes int64) string {
	switch {
	case bytes == 0:
		return none
	case bytes < 1<<10:
		return strconv.FormatInt(bytes, 10) + " B"
	}
	return quantity(float64(bytes), byteUnits, significant)
}

// percent shows a share with three significant digits.
func percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return none
	}
	return strconv.FormatFloat(100*share, 'f', min(decimals(100*share, 3), 2), 64) + " %"
}

// ratioScale is the scale of a ratio and of its interval.
func ratioScale(ratio float64, interval stats.Interval) scale {
	return scaleOf(ratio, ratioUnits, digitsOf(ratio, interval))
}

// factor shows a ratio that has no interval.
func factor(ratio float64) string { return scaleOf(ratio, ratioUnits, significant).number(ratio) }

// decimals returns the number of decimals, from 0 to 9, that show the value with so many
// significant digits.
func decimals(value float64, digits int) int {
	value = math.Abs(roundTo(value, digits))
	if value == 0 || math.IsNaN(value) || math.IsInf(value, 0) {
		return digits - 1
	}
	return min(max(digits-1-int(math.Floor(math.Log10(value))), 0), 9)
}

func roundTo(value float64, digits int) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(value, 'e', digits-1, 64), 64)
	return rounded
}
