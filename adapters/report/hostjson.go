package report

import "github.com/benchbus/benchbus/domain/stats"

// jsonHost describes a machine and its load during the iterations that it executed.
type jsonHost struct {
	jsonMachine
	Iterations int    `json:"iterations"`
	MeanSteal  number `json:"mean_steal"`
	MaxSteal   number `json:"max_steal"`
	MaxLoad1   number `json:"max_load1"`
	MaxStops   int    `json:"max_stops"`
}

// jsonMachine is the fingerprint of a machine.
type jsonMachine struct {
	Key            string `json:"key"`
	Name           string `json:"name"`
	OS             string `json:"os"`
	Arch           string `json:"arch"`
	Kernel         string `json:"kernel,omitempty"`
	CPUModel       string `json:"cpu_model,omitempty"`
	Cores          int    `json:"cores"`
	MemoryGiB      int    `json:"memory_gib,omitempty"`
	Virtualisation string `json:"virtualisation,omitempty"`
}

func hostJSON(h *stats.HostUse) jsonHost {
	return jsonHost{jsonMachine(h.Host), h.Iterations, number(h.MeanSteal), number(h.MaxSteal), number(h.MaxLoad1), h.MaxStops}
}
