package phpbench_test

import (
	"fmt"

	"github.com/benchbus/benchbus/adapters/phpbench"
)

func ExampleParseAssertion() {
	a, err := phpbench.ParseAssertion("mode(variant.time.avg) <= 10 ms +/- 5%")
	if err != nil {
		panic(err)
	}
	for _, microseconds := range []float64{9_900, 10_400, 10_600} {
		outcome, err := a.Evaluate(phpbench.Results{"time.avg": {microseconds}}, nil)
		fmt.Println(outcome, err)
	}
	// Output:
	// passed <nil>
	// within tolerance <nil>
	// failed <nil>
}
