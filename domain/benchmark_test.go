package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestProblemsAreAllNamedAtOnce(t *testing.T) {
	require.Empty(t, benchmark("loop").Validate())
	minus := -1
	bad := &domain.Benchmark{
		Slug: "Not A Slug", Runtimes: []domain.RuntimeName{"php84", "PHP 8", "php84"},
		Setup: strings.Repeat("x", domain.MaxCodeBytes+1), Warmup: &minus, Revolutions: -3,
	}
	var got []string
	for _, p := range bad.Validate() {
		got = append(got, p.Error())
	}
	want := []string{
		`slug: "Not A Slug" may hold only`, "name: is missing", "category: is missing", `runtimes: "PHP 8" is not`, `runtimes: "php84" stands twice`,
		"code: is missing", "setup: has 1048577 bytes", "warmup: -1 is outside 0 to 1000000", "revolutions: -3 is outside 1 to 1000000000",
	}
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, strings.HasPrefix(got[i], want[i]), "%s / %s", got[i], want[i])
	}
	require.Equal(t, []domain.FieldError{{Field: "slug", Reason: "is missing"}}, (&domain.Benchmark{
		Name: "x", Category: "x", Code: "x", Runtimes: []domain.RuntimeName{"a"},
	}).Validate())
}

func TestSlugs(t *testing.T) {
	check := func(slug string, valid bool) {
		t.Helper()
		require.Equal(t, valid, len(benchmark(slug).Validate()) == 0, slug)
	}
	for _, slug := range []string{"a", "loop", "array-merge", "abs_with_abs", "v1.2", "0"} {
		check(slug, true)
	}
	for _, slug := range []string{"-a", "a-", "a--b", "A", "a b", "ä", "a/b", "a\n"} {
		check(slug, false)
	}
}

func TestParseRuntimeName(t *testing.T) {
	check := func(text string, want domain.RuntimeName) {
		t.Helper()
		got, ok := domain.ParseRuntimeName(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, got, text)
		}
	}
	for _, text := range []string{"php84", "php8.4", "PHP8.4", "8.4", "84", " php-8.4 ", "Php84"} {
		check(text, "php84")
	}
	check("5.6", "php56")
	check("8.10", "php810")
	check("node", "node")
	check("go_1-26", "go_1-26")
	for _, text := range []string{"", "4.4", "8 4", "php/84", "-x", "8.4.1", strings.Repeat("a", 65)} {
		check(text, "")
	}
}

func FuzzParseRuntimeName(f *testing.F) {
	for _, seed := range []string{"php84", "8.4", "", "x y", "PHP-5.6", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, ok := domain.ParseRuntimeName(text)
		if !ok {
			return
		}
		require.True(t, name.Valid())
		again, ok := domain.ParseRuntimeName(string(name))
		require.True(t, ok)
		require.Equal(t, name, again, "a name is its own reading")
	})
}
