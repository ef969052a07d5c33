package benchbus

import (
	"runtime"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// threadUsage is CPU time, and context switches, of a thread.
type threadUsage struct {
	cpu                    time.Duration
	voluntary, involuntary int64
}

// A batch is taken in parts that last long enough for reading the clocks to be next
// to nothing.
const (
	maxParts = 10
	minPart  = time.Millisecond
)

// batch calls the function Revolutions times, each about so many nanoseconds long, and
// fills the sample with what that took, by both clocks. CPU time is that of this goroutine's thread: what the function starts
// in others is not in it, and waiting for them gives the core away.
func batch(function func(), each float64, s *domain.Sample) {
	parts := int(max(1, min(maxParts, float64(s.Revolutions), each*float64(s.Revolutions)/float64(minPart))))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	all := true // the CPU time of all parts is known
	done := 0
	for k := range parts {
		calls := s.Revolutions*(k+1)/parts - done
		done += calls
		before, known := usage()
		took := call(function, calls)
		after, _ := usage()
		all = all && known
		part := domain.SubBatch{Wall: max(took, 1), CPU: after.cpu - before.cpu} // a clock may step by more than that
		s.SubBatches = append(s.SubBatches, part)
		s.Batch, s.BatchCPU = s.Batch+part.Wall, s.BatchCPU+part.CPU
		s.VoluntarySwitches += after.voluntary - before.voluntary
		s.InvoluntarySwitches += after.involuntary - before.involuntary
	}
	if !all {
		s.BatchCPU, s.VoluntarySwitches, s.InvoluntarySwitches, s.SubBatches = 0, 0, 0, nil
	}
}
