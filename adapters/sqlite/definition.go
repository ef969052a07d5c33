package sqlite

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// storedBenchmark is a definition as snapshot_json holds it. The digest of these bytes
// finds equal definitions, so other bytes would store a definition a second time.
type storedBenchmark struct {
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

func encodeBenchmark(b *domain.Benchmark) (string, error) { return encode((*storedBenchmark)(b)) }

func decodeBenchmark(text string) (*domain.Benchmark, error) {
	b, err := decode[storedBenchmark](text)
	return (*domain.Benchmark)(&b), err
}
