package host

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/benchbus/benchbus/domain"
)

// facts is the JSON that a machine's key hashes. A change of its keys, their order or
// the omission of empty ones gives every machine a new key, and results from before
// can no longer be compared with those from after. A new fact must be omitted if it is
// empty.
type facts struct {
	Key            string `json:"key"`  // always empty
	Name           string `json:"name"` // always empty
	OS             string `json:"os"`
	Arch           string `json:"arch"`
	Kernel         string `json:"kernel,omitempty"`
	CPUModel       string `json:"cpu_model,omitempty"`
	Cores          int    `json:"cores"`
	MemoryGiB      int    `json:"memory_gib,omitempty"`
	Virtualisation string `json:"virtualisation,omitempty"`
}

// keyOf returns the key of a machine. It does not depend on the machine's name.
func keyOf(h domain.Host) (string, error) {
	h.Key, h.Name = "", ""
	text, err := json.Marshal(facts(h))
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(text)
	return hex.EncodeToString(digest[:6]), nil
}
