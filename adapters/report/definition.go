package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// definition is the JSON that definition_sha256 hashes. A change of its keys, their
// order or the omission of empty ones changes every digest, and reports of the same
// definition no longer match. A new field must be omitted if it is empty.
type definition struct {
	Slug            string               `json:"slug"`
	Name            string               `json:"name"`
	Category        string               `json:"category"`
	Description     string               `json:"description,omitempty"`
	Icon            string               `json:"icon,omitempty"`
	Tags            []string             `json:"tags,omitempty"`
	Group           string               `json:"group,omitempty"`
	Runtimes        []domain.RuntimeName `json:"runtimes"`
	Bootstrap       string               `json:"bootstrap,omitempty"`
	BeforeIteration string               `json:"before_iteration,omitempty"`
	AfterIteration  string               `json:"after_iteration,omitempty"`
	Setup           string               `json:"setup,omitempty"`
	Code            string               `json:"code"`
	Teardown        string               `json:"teardown,omitempty"`
	Settings        map[string]string    `json:"settings,omitempty"`
	Env             map[string]string    `json:"env,omitempty"`
	Warmup          *int                 `json:"warmup,omitempty"`
	Revolutions     int                  `json:"revolutions,omitempty"`
	Clock           domain.Clock         `json:"clock,omitempty"`
	Margin          float64              `json:"margin,omitempty"`
	Floor           time.Duration        `json:"floor_ns,omitempty"`
}

// definitionDigest identifies a definition: equal digests mean equal definitions. The
// SQLite store computes the same digest.
func definitionDigest(b *domain.Benchmark) string {
	text, err := json.Marshal(definition(*b))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
