package report

import "github.com/benchbus/benchbus/domain/stats"

// jsonSample is one sample. A value that is unknown is null.
type jsonSample struct {
	Iteration         int    `json:"iteration"`
	Position          int    `json:"position"`
	Value             number `json:"value_ns"`
	Outlier           bool   `json:"outlier"`
	Revolutions       int    `json:"revolutions"`
	Warmup            int    `json:"warmup"`
	Batch             int64  `json:"batch_ns"`
	Wall              *int64 `json:"wall_ns"`
	UserCPU           int64  `json:"user_cpu_ns"`
	SystemCPU         int64  `json:"system_cpu_ns"`
	PeakMemory        *int64 `json:"peak_memory_bytes"`
	RuntimePeakMemory *int64 `json:"runtime_peak_memory_bytes"`
	CPU               *int   `json:"cpu"`
	Timer             string `json:"timer"`
	Worker            string `json:"worker"`
	Host              string `json:"host"`
}

func sampleJSON(s *stats.Sample) jsonSample {
	out := jsonSample{
		Iteration: s.Iteration, Position: s.Position, Value: number(s.Value()), Outlier: s.Outlier,
		Revolutions: s.Revolutions, Warmup: s.Warmup, Batch: int64(s.Batch), Wall: known(int64(s.Wall)),
		UserCPU: int64(s.UserCPU), SystemCPU: int64(s.SystemCPU),
		PeakMemory: known(s.PeakMemory), RuntimePeakMemory: known(s.RuntimePeakMemory),
		Timer: s.Timer, Worker: s.Worker, Host: s.HostKey,
	}
	if s.CPU >= 0 {
		out.CPU = &s.CPU
	}
	return out
}
