package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Clock names what the value of a sample is read from.
type Clock string

const (
	// ClockAuto takes CPU time where the code does not wait, and wall time where it
	// does or where CPU time is not known.
	ClockAuto Clock = "auto"
	// ClockCPU is the CPU time of the process, user and system. What else the machine
	// does hardly touches it; sleep, and waiting for files and networks, are not in it.
	ClockCPU Clock = "cpu"
	// ClockWall is the time that passed. Whatever the machine does beside is in it.
	ClockWall Clock = "wall"
	// ClockInstructions is no clock of time: it is how many instructions the code
	// executes. What else the machine does is not in them, and neither are cache
	// misses, waiting, and what the system does for the process.
	ClockInstructions Clock = "instructions"
)

// Clocks lists the clocks of time.
func Clocks() []Clock { return []Clock{ClockAuto, ClockCPU, ClockWall} }

// ParseClock reads the name of a clock of time, in any case; the error lists all names.
func ParseClock(text string) (Clock, error) {
	names := make([]string, 0, len(Clocks()))
	for _, c := range Clocks() {
		if strings.EqualFold(strings.TrimSpace(text), string(c)) {
			return c, nil
		}
		names = append(names, string(c))
	}
	return "", fmt.Errorf("%q is not a clock: choose one of %s", text, strings.Join(names, ", "))
}

// ParseClocks reads the name of a clock of time, "instructions", or both with a comma
// between them, in any case. The clock is ClockInstructions where they stand alone.
func ParseClocks(text string) (clock Clock, instructions bool, err error) {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if strings.EqualFold(strings.TrimSpace(name), string(ClockInstructions)) && !instructions {
			instructions = true
		} else {
			names = append(names, name)
		}
	}
	if instructions && len(names) == 0 {
		return ClockInstructions, true, nil
	}
	if clock, err = ParseClock(strings.Join(names, ",")); err != nil {
		err = fmt.Errorf("%w, or %s, or one of them and %[2]s, such as cpu,%[2]s", err, ClockInstructions)
	}
	return clock, instructions, err
}

// SubBatch is a part of a timed batch, by both clocks.
type SubBatch struct {
	// Wall is above 0.
	Wall time.Duration
	// CPU is the CPU time, of user and system. It may be 0 where the part is shorter
	// than the clock's step.
	CPU time.Duration
}

// MaxSubBatches is how many parts a batch may have.
const MaxSubBatches = 64

// ParseShare reads a share as people write it, 3% or 0.03. It is at least 0 and finite.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || share < 0 || math.IsNaN(share) || math.IsInf(share, 0) {
		return 0, fmt.Errorf("%q is not a share such as 3%% or 0.03", text)
	}
	if percent {
		share /= 100
	}
	return share, nil
}
