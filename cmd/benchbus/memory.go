package main

import (
	"context"
	"fmt"
	"math"
	"runtime/metrics"
	"time"

	"github.com/dustin/go-humanize"
)

// memoryCheck is the interval at which a worker checks its memory.
const memoryCheck = time.Second

// byteSize is a flag for a size such as 256MB or 1GiB.
type byteSize uint64

func (b *byteSize) Set(text string) error {
	size, err := humanize.ParseBytes(text)
	if err != nil || size == 0 || size > math.MaxInt64 {
		return fmt.Errorf("it must be a size such as 256MB or 1GiB")
	}
	*b = byteSize(size)
	return nil
}

func (b *byteSize) String() string {
	if b == nil || *b == 0 {
		return ""
	}
	return humanize.Bytes(uint64(*b))
}

func (b *byteSize) Type() string { return "size" }

// watchMemory calls stop when the process uses more memory than the limit.
func watchMemory(ctx context.Context, limit uint64, stop context.CancelCauseFunc) {
	tick := time.NewTicker(memoryCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if used := memoryUsed(); used > limit {
			stop(fmt.Errorf("the memory limit of %s is reached: %s", humanize.Bytes(limit), humanize.Bytes(used)))
			return
		}
	}
}

// memoryUsed returns the memory, in bytes, that the Go runtime has from the system and
// has not given back.
func memoryUsed() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64() - sample[1].Value.Uint64()
}
