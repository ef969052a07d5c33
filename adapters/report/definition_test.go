package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestTheDigestOfADefinitionStays(t *testing.T) {
	t.Parallel()
	check := func(want string, b domain.Benchmark) {
		t.Helper()
		require.Equal(t, want, definitionDigest(&b), "a new digest sets the same definition apart from what was measured before")
	}
	check("24e203b70d8abbfae5313ee4c1c99b0cb35e9d646c5fd9a973e97c3c09783128", domain.Benchmark{
		Slug: "loop", Name: "Loop <fast> & é", Category: "Loops", Description: "d", Icon: "i", Tags: []string{"a", "b"}, Group: "g",
		Runtimes: []domain.RuntimeName{"php84", "php82"}, Setup: "$a = 1;", Code: "$a > 2 && f($a);", Teardown: "unset($a);",
		Settings: map[string]string{"opcache.enable_cli": "1", "jit": "off"}, Warmup: new(int), Revolutions: 1000,
	})
	check("226c2e452c08b18549bcf44cc2b3e6d50a17fd2aef0708d906213932a9bce857", domain.Benchmark{
		Slug: "loop", Name: "Loop", Category: "Loops", Runtimes: []domain.RuntimeName{"php84"}, Bootstrap: "vendor/autoload.php",
		BeforeIteration: "before();", AfterIteration: "after();", Env: map[string]string{"APP_ENV": "bench"}, Code: "f();",
	})
	check("6296d4c8d5c48ce7a287b73fd6506f8a16da1a501a31ee6bf48776dcc0b96d2c", domain.Benchmark{
		Slug: "loop", Name: "Loop", Category: "Loops", Runtimes: []domain.RuntimeName{"php84"}, Code: "f();",
	})
}
