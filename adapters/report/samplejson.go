package report

import (
	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// jsonSample is one sample. A value that is unknown is null.
type jsonSample struct {
	Iteration   int    `json:"iteration"`
	Position    int    `json:"position"`
	Value       number `json:"value_ns"`
	Outlier     bool   `json:"outlier"`
	Revolutions int    `json:"revolutions"`
	Warmup      int    `json:"warmup"`
	Batch       int64  `json:"batch_ns"`
	BatchCPU    *int64 `json:"batch_cpu_ns"`
	// The switches are null where the CPU time is.
	VoluntarySwitches   *int64 `json:"voluntary_switches"`
	InvoluntarySwitches *int64 `json:"involuntary_switches"`
	// SubBatches has wall and CPU time of each part in nanoseconds; the CPU time is null
	// where that of the batch is.
	SubBatches [][2]*int64 `json:"sub_batches_ns"`
	// Both are absent where nothing was counted.
	Instructions       int64  `json:"instructions,omitempty"`
	CountedRevolutions int    `json:"counted_revolutions,omitempty"`
	Wall               *int64 `json:"wall_ns"`
	UserCPU            int64  `json:"user_cpu_ns"`
	SystemCPU          int64  `json:"system_cpu_ns"`
	PeakMemory         *int64 `json:"peak_memory_bytes"`
	RuntimePeakMemory  *int64 `json:"runtime_peak_memory_bytes"`
	CPU                *int   `json:"cpu"`
	Timer              string `json:"timer"`
	Worker             string `json:"worker"`
	Host               string `json:"host"`
}

// sampleJSON takes the value by the clock of the sample's cell.
func sampleJSON(s *stats.Sample, clock domain.Clock) jsonSample {
	out := jsonSample{
		Iteration: s.Iteration, Position: s.Position, Value: number(s.Value(clock)), Outlier: s.Outlier,
		Revolutions: s.Revolutions, Warmup: s.Warmup, Batch: int64(s.Batch), BatchCPU: known(int64(s.BatchCPU)), Wall: known(int64(s.Wall)),
		UserCPU: int64(s.UserCPU), SystemCPU: int64(s.SystemCPU),
		Instructions: s.Instructions, CountedRevolutions: s.CountedRevolutions,
		PeakMemory: known(s.PeakMemory), RuntimePeakMemory: known(s.RuntimePeakMemory),
		Timer: s.Timer, Worker: s.Worker, Host: s.HostKey,
	}
	if s.BatchCPU > 0 {
		out.VoluntarySwitches, out.InvoluntarySwitches = &s.VoluntarySwitches, &s.InvoluntarySwitches
	}
	for _, part := range s.SubBatches {
		wall, cpu := int64(part.Wall), int64(part.CPU)
		pair := [2]*int64{&wall, nil}
		if s.BatchCPU > 0 {
			pair[1] = &cpu
		}
		out.SubBatches = append(out.SubBatches, pair)
	}
	if s.CPU >= 0 {
		out.CPU = &s.CPU
	}
	return out
}
