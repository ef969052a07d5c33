package stats

import "fmt"

// controlIterations bounds how many iterations the control looks at. A thousand say what
// there is to say, and a run may have millions.
const controlIterations = 1000

// control compares the cell with itself: the samples of each iteration are dealt to two
// sides in the order in which they ran, the first to one, the second to the other, and so
// on. All are of the same code, so that whatever it finds is the machine's doing. It
// compares nothing if no iteration has two samples.
func (c *Cell) control() Comparison {
	var blocks []Block
	for _, it := range c.valuesBy(c.Clock) {
		if len(it.values) < 2 {
			continue
		}
		if len(blocks) == controlIterations {
			break
		}
		var b Block
		for i, x := range it.values {
			if i%2 == 0 {
				b.Baseline = append(b.Baseline, x)
			} else {
				b.Candidate = append(b.Candidate, x)
			}
		}
		blocks = append(blocks, b)
	}
	return Compare(blocks, DefaultMargin)
}

// controlWarnings warns if the machine alone makes a difference between equal code.
func (c *Cell) controlWarnings() []Warning {
	if v := c.Control.Verdict; v != Regressed && v != Improved {
		return nil
	}
	return []Warning{{Code: ControlDiffers, Message: "compared with itself it would have been called different, which happens to one in twenty by chance, " +
		"and to more where samples of an iteration depend on each other: trust no difference of that size", Detail: fmt.Sprintf("%.3g×", c.Control.Ratio)}}
}
