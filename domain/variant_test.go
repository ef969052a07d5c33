package domain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// member returns a benchmark of a group.
// digest is that of a bundle.
const digest = domain.Digest("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")

func member(slug, group string) *domain.Benchmark {
	b := benchmark(slug)
	b.Group = group
	return b
}

func TestAnEntryIsNamedByWhatItCompares(t *testing.T) {
	a, b := member("a", "sorting"), member("b", "sorting")
	check := func(want string, variants ...domain.Variant) {
		t.Helper()
		require.Equal(t, want, domain.Entry{Variants: variants}.Name())
	}
	check("")
	check("a", domain.Variant{Benchmark: a, Runtime: "php84"}, domain.Variant{Benchmark: a, Runtime: "php74"})
	check("sorting", domain.Variant{Benchmark: a, Runtime: "php84"}, domain.Variant{Benchmark: b, Runtime: "php84"})
	check("c and 1 more", domain.Variant{Benchmark: benchmark("c")}, domain.Variant{Benchmark: benchmark("d")})
}

func TestAnEntryListsEachOnce(t *testing.T) {
	a, b := benchmark("a"), benchmark("b")
	e := domain.Entry{Variants: []domain.Variant{{Benchmark: b, Runtime: "php84"}, {Benchmark: a, Runtime: "php84"}, {Benchmark: b, Runtime: "php74"}}}
	require.Equal(t, []domain.RuntimeName{"php84", "php74"}, e.Runtimes())
	require.Len(t, e.Benchmarks(), 2)
	require.Same(t, b, e.Benchmarks()[0])
	require.Same(t, a, e.Benchmarks()[1])
}

func TestEntriesAreChecked(t *testing.T) {
	a := benchmark("a")
	one := func(change func(*domain.Variant)) domain.Entry {
		v := domain.Variant{Benchmark: a, Runtime: "php84"}
		change(&v)
		return domain.Entry{Variants: []domain.Variant{v}}
	}
	settings := func(s ...domain.Setting) domain.Entry {
		return one(func(v *domain.Variant) { v.Settings = s })
	}
	many := func(n int) (e domain.Entry) {
		for i := range n {
			e.Variants = append(e.Variants, domain.Variant{Benchmark: a, Runtime: "php84", Source: domain.Source{Name: fmt.Sprint(i), Digest: "sha256:" + domain.Digest(strings.Repeat("0", 64))}})
		}
		return e
	}
	huge := func(n int) domain.Entry {
		a, b := benchmark("a"), benchmark("b")
		a.Code, b.Code = "x", strings.Repeat("x", n)
		return domain.Entry{Variants: []domain.Variant{{Benchmark: a, Runtime: "php84"}, {Benchmark: b, Runtime: "php84"}, {Benchmark: b, Runtime: "php74"}}}
	}
	for _, good := range []domain.Entry{
		one(func(*domain.Variant) {}), settings(domain.Setting{Name: "a.b_c-d", Value: ""}, domain.Setting{Name: "b", Value: strings.Repeat("x", domain.MaxSettingValue)}),
		many(domain.MaxVariants), huge(domain.MaxMessageCode - 1),
		{Variants: []domain.Variant{{Benchmark: a, Runtime: "php84"}, {Benchmark: a, Runtime: "php84", Settings: domain.Settings{{Name: "a", Value: "b"}}}}},
	} {
		require.NoError(t, good.Check())
	}
	for sentence, bad := range map[string]domain.Entry{
		"there is nothing to execute":                       {},
		"there are 25 variants; at most 24 are allowed":     many(domain.MaxVariants + 1),
		"variant 1 has no benchmark":                        one(func(v *domain.Variant) { v.Benchmark = nil }),
		"slug: is missing":                                  one(func(v *domain.Variant) { v.Benchmark = &domain.Benchmark{} }),
		`"a" does not support runtime "php99"`:              one(func(v *domain.Variant) { v.Runtime = "php99" }),
		`"a" has a variant twice: php84 x=y`:                {Variants: []domain.Variant{settings(domain.Setting{Name: "x", Value: "y"}).Variants[0], settings(domain.Setting{Name: "x", Value: "y"}).Variants[0]}},
		`two benchmarks have the slug "a"`:                  {Variants: []domain.Variant{{Benchmark: a, Runtime: "php84"}, {Benchmark: benchmark("a"), Runtime: "php74"}}},
		`"Bad Name" is not a setting's name`:                settings(domain.Setting{Name: "Bad Name"}),
		`the settings "b" and "a" are not in order`:         settings(domain.Setting{Name: "b"}, domain.Setting{Name: "a"}),
		`the settings "a" and "a" are not in order`:         settings(domain.Setting{Name: "a"}, domain.Setting{Name: "a"}),
		"the value of a is 256 bytes long":                  settings(domain.Setting{Name: "a", Value: strings.Repeat("x", domain.MaxSettingValue+1)}),
		"holds characters that are none":                    settings(domain.Setting{Name: "a", Value: "x\ny"}),
		"there are 33 settings; at most 32 are allowed":     one(func(v *domain.Variant) { v.Settings = make(domain.Settings, domain.MaxSettings+1) }),
		"is not a source's name":                            one(func(v *domain.Variant) { v.Source = domain.Source{Name: strings.Repeat("x", 256), Digest: digest} }),
		`"a\nb" is not a source's name`:                     one(func(v *domain.Variant) { v.Source = domain.Source{Name: "a\nb", Digest: digest} }),
		`"" is not a source's name`:                         one(func(v *domain.Variant) { v.Source = domain.Source{Digest: digest} }),
		`"sha256:0" is not the digest of a source`:          one(func(v *domain.Variant) { v.Source = domain.Source{Name: "main", Digest: "sha256:0"} }),
		`"HEAD" is not a revision`:                          one(func(v *domain.Variant) { v.Source = domain.Source{Name: "main", Digest: digest, Revision: "HEAD"} }),
		"has 1048577 bytes; at most 1048576 are allowed in": huge(domain.MaxMessageCode),
	} {
		err := bad.Check()
		require.ErrorContains(t, err, sentence)
		require.Equal(t, domain.ClassUnreadable, domain.FailureOf(err, 1).Class)
	}
}

func TestSettingsAreShownAsTheyAreWritten(t *testing.T) {
	require.Empty(t, domain.Settings(nil).String())
	require.Equal(t, "opcache.jit=tracing zend.assertions=1",
		domain.Settings{{Name: "opcache.jit", Value: "tracing"}, {Name: "zend.assertions", Value: "1"}}.String())
}

// A plan is refused before the run begins if an iteration could not end in time.
func TestAnEntryThatLastsTooLongIsRefused(t *testing.T) {
	plan := domain.Plan{Entries: []domain.Entry{domain.NewEntry(benchmark("a"), "php74", "php84")}, Samples: 1000}.WithDefaults()
	require.NoError(t, plan.Validate())
	plan.TargetBatch = domain.MaxIterationTime / 2000
	require.ErrorContains(t, plan.Validate(), "lower the samples or the batch time, or compare less at once")
	plan.TargetBatch--
	require.NoError(t, plan.Validate())
}
