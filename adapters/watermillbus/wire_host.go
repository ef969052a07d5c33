package watermillbus

// wireHost has the fields of a [domain.Host] and converts to one. Results and
// heartbeats share it.
type wireHost struct {
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

// wireLoad has the fields of a [domain.Load] and converts to one.
type wireLoad struct {
	Load1 float64 `json:"load1"`
	Steal float64 `json:"steal"`
}
