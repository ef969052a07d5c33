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
)

// Clocks lists all clocks.
func Clocks() []Clock { return []Clock{ClockAuto, ClockCPU, ClockWall} }

// ParseClock reads a clock's name, in any case; the error lists all names.
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
