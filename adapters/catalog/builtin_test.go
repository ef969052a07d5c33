package catalog_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

func builtin(t *testing.T) []*domain.Benchmark {
	c, err := catalog.Builtin()
	require.NoError(t, err)
	return c.All()
}

func TestBuiltinIsWellMade(t *testing.T) {
	require.Empty(t, catalog.Validate(), "neither problems nor warnings")
	all := builtin(t)
	require.GreaterOrEqual(t, len(all), 50)
	files, err := filepath.Glob("builtin/*/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, len(all))
	members := map[string]int{}
	for _, b := range all {
		members[b.Group]++
		folder := strings.ReplaceAll(b.Category, " ", "-")
		require.Contains(t, files, filepath.Join("builtin", folder, b.Slug+".yaml"))
		require.NotEmpty(t, b.Description, b.Slug)
		require.Regexp(t, `\$result\b`, b.Code, b.Slug)
		require.Nil(t, b.Warmup, b.Slug)
		require.Zero(t, b.Revolutions, "%s is calibrated", b.Slug)
	}
	for group, n := range members {
		require.NotEmpty(t, group)
		require.GreaterOrEqual(t, n, 2, "group %s compares nothing", group)
	}
	for _, category := range []string{"arrays", "strings", "loops", "functions", "classes", "hashing", "json", "regular expressions", "sorting", "types"} {
		require.True(t, slices.ContainsFunc(all, func(b *domain.Benchmark) bool { return b.Category == category }), category)
	}
}

func TestBuiltinLoop(t *testing.T) {
	c, err := catalog.Builtin()
	require.NoError(t, err)
	loop, err := c.Find("Loop")
	require.NoError(t, err)
	require.Equal(t, "loop", loop.Slug)
	require.True(t, loop.Supports("php56") && loop.Supports("php84") && loop.Supports("php85"))
}

// versions lists the versions of PHP, oldest first.
var versions = []domain.RuntimeName{"php56", "php70", "php71", "php72", "php73", "php74", "php80", "php81", "php82", "php83", "php84", "php85"}

// TestBuiltinNamesOnlyVersionsThatHaveItsSyntax covers the versions that are not
// installed on any machine.
func TestBuiltinNamesOnlyVersionsThatHaveItsSyntax(t *testing.T) {
	since := map[domain.RuntimeName]*regexp.Regexp{
		"php70": regexp.MustCompile(`\?\?|<=>|\bintdiv\(|function [^{;]*\)\s*:|[(,]\s*(int|string|float|bool) [$&.]`),
		"php71": regexp.MustCompile(`(?m)^\s*\[.*\] = |as \[|\): void|\biterable\b`),
		"php73": regexp.MustCompile(`array_key_(first|last)\(|\bhrtime\(|\bis_countable\(`),
		"php74": regexp.MustCompile(`\bfn ?\(|[\[,]\s*\.\.\.\$|\?\?=|(public|private|protected) (\?|int|string|float|bool|array|self)\w* \$`),
		"php80": regexp.MustCompile(`\bmatch \(|str_(contains|starts_with|ends_with)\(|get_debug_type\(|\?->|__construct\([^)]*(public|private|protected)|#\[|: static\b`),
		"php81": regexp.MustCompile(`(?m)^enum |\breadonly\b|\w\(\.\.\.\)|array_is_list\(|: never`),
		"php82": regexp.MustCompile(`\breadonly class\b`),
		"php83": regexp.MustCompile(`json_validate\(|\bconst (int|string) `),
		"php84": regexp.MustCompile(`array_(find|any|all)\(`),
		"php85": regexp.MustCompile(`\|>|array_(first|last)\(`),
	}
	// These are missing in some builds, differ between versions, or are deprecated in one.
	never := regexp.MustCompile(`\b(mb_|ctype_|rand\(|mt_|shuffle\(|uniqid|create_function|each\(|utf8_|strftime|ord\(|chr\(|lcg_value)|\$\{`)
	for _, b := range builtin(t) {
		code := b.Setup + "\n" + b.Code + "\n" + b.Teardown
		require.NotRegexp(t, never, code, b.Slug)
		if b.Category != "json" {
			require.NotContains(t, code, "json_", b.Slug)
		}
		first := 0
		for i, version := range versions {
			if p := since[version]; p != nil && p.MatchString(code) {
				first = i
			}
		}
		require.Equal(t, versions[first:], b.Runtimes, b.Slug)
	}
}

func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := catalog.Load("builtin"); err != nil {
			b.Fatal(err)
		}
	}
}
