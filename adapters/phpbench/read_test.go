package phpbench_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/benchbus/benchbus/adapters/phpbench"
)

func TestTry(t *testing.T) {
	s, err := phpbench.Read(context.Background(), os.Getenv("TRY_ROOT"), phpbench.Config{PHP: []string{os.Getenv("TRY_PHP")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range s.Benchmarks {
		fmt.Println(b.Slug, "|", b.Name, "|", b.Category, b.Tags, b.Settings, b.Env, b.Description)
		fmt.Println(b.BeforeIteration, b.Setup, b.Code, b.Teardown)
	}
	fmt.Println(s.Notes)
	fmt.Println(s.Refused, s.Skipped)
}
