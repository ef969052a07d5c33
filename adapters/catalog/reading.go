package catalog

import (
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/domain"
)

// scalar reads a number or text with a function that explains what is wrong.
func scalar(set func(b *domain.Benchmark, text string) (wrong string)) func(*document, field, *yaml.Node) {
	return func(d *document, f field, value *yaml.Node) {
		if isNull(value) {
			return
		}
		if value.Kind != yaml.ScalarNode {
			d.wrong(value, f.name, "must be text or a number, not %s", kindOf(value))
			return
		}
		if wrong := set(&d.benchmark, value.Value); wrong != "" {
			d.wrong(value, f.name, "%s %s", quote(value.Value), wrong)
		}
	}
}

func setClock(b *domain.Benchmark, text string) string {
	clock, err := domain.ParseClock(text)
	if err != nil {
		return "is none of auto, cpu, wall"
	}
	b.Clock = clock
	return ""
}

func setMargin(b *domain.Benchmark, text string) string {
	share, err := domain.ParseShare(text)
	if err != nil || share == 0 || share > domain.MaxMargin {
		return "is not a share such as 2% or 0.02, above 0 and at most 50%"
	}
	b.Margin = share
	return ""
}

func setFloor(b *domain.Benchmark, text string) string {
	floor, err := time.ParseDuration(text)
	if err != nil || floor <= 0 || floor > domain.MaxIterationTime {
		return "is not a time such as 50ns or 2us, above 0 and at most 25m"
	}
	b.Floor = floor
	return ""
}
