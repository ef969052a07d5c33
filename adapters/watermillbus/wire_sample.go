package watermillbus

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// wireSample is a sample of a result.
type wireSample struct {
	Variant             int            `json:"variant"`
	Position            int            `json:"position"`
	Revolutions         int            `json:"revolutions"`
	Warmup              int            `json:"warmup"`
	Batch               time.Duration  `json:"batch_ns"`
	BatchCPU            time.Duration  `json:"batch_cpu_ns,omitempty"`
	VoluntarySwitches   int64          `json:"voluntary_switches,omitempty"`
	InvoluntarySwitches int64          `json:"involuntary_switches,omitempty"`
	SubBatches          []wireSubBatch `json:"sub_batches_ns,omitempty"`
	Instructions        int64          `json:"instructions,omitempty"`
	CountedRevolutions  int            `json:"counted_revolutions,omitempty"`
	Wall                time.Duration  `json:"wall_ns,omitempty"`
	UserCPU             time.Duration  `json:"user_cpu_ns,omitempty"`
	SystemCPU           time.Duration  `json:"system_cpu_ns,omitempty"`
	PeakMemory          int64          `json:"peak_memory_bytes,omitempty"`
	RuntimePeakMemory   int64          `json:"runtime_peak_memory_bytes,omitempty"`
	Timer               string         `json:"timer,omitempty"`
	CPU                 *int           `json:"cpu,omitempty"`
	Notices             []wireNotice   `json:"notices,omitempty"`
}

// wireNotice has the fields of a [domain.Notice], and converts to one.
type wireNotice struct {
	Severity string `json:"severity"`
	Count    int    `json:"count"`
	Message  string `json:"message"`
}

// wireSubBatch is wall time and CPU time of a part of a batch.
type wireSubBatch [2]time.Duration

func wireSampleOf(s domain.Sample) wireSample {
	return wireSample{
		s.Variant, s.Position, s.Revolutions, s.Warmup, s.Batch,
		s.BatchCPU, s.VoluntarySwitches, s.InvoluntarySwitches,
		convertEach(s.SubBatches, func(p domain.SubBatch) wireSubBatch { return wireSubBatch{p.Wall, p.CPU} }),
		s.Instructions, s.CountedRevolutions, s.Wall, s.UserCPU, s.SystemCPU, s.PeakMemory, s.RuntimePeakMemory,
		s.Timer, s.CPU, convertEach(s.Notices, func(n domain.Notice) wireNotice { return wireNotice(n) }),
	}
}

func (w wireSample) sample() domain.Sample {
	return domain.Sample{
		Variant: w.Variant, Position: w.Position, Revolutions: w.Revolutions, Warmup: w.Warmup, Batch: w.Batch, BatchCPU: w.BatchCPU,
		VoluntarySwitches: w.VoluntarySwitches, InvoluntarySwitches: w.InvoluntarySwitches,
		SubBatches:   convertEach(w.SubBatches, func(p wireSubBatch) domain.SubBatch { return domain.SubBatch{Wall: p[0], CPU: p[1]} }),
		Instructions: w.Instructions, CountedRevolutions: w.CountedRevolutions, Wall: w.Wall,
		UserCPU: w.UserCPU, SystemCPU: w.SystemCPU, PeakMemory: w.PeakMemory, RuntimePeakMemory: w.RuntimePeakMemory,
		Timer: w.Timer, CPU: w.CPU, Notices: convertEach(w.Notices, func(n wireNotice) domain.Notice { return domain.Notice(n) }),
	}
}
