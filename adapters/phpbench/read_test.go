package phpbench_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/phpbench"
	"github.com/benchbus/benchbus/domain"
)

var update = flag.Bool("update", false, "write the golden files")

// TestSuite reads a suite that uses everything in both styles. On every PHP that has
// attributes the same must come of it, and of the doc blocks on every PHP.
func TestSuite(t *testing.T) {
	golden, err := os.ReadFile("testdata/suite.golden")
	require.NoError(t, err)
	want := string(golden)
	if *update {
		s, err := phpbench.Read(context.Background(), "testdata/suite", phpbench.Config{PHP: newest(t), Runtimes: []domain.RuntimeName{"php84"}})
		require.NoError(t, err)
		want = show(s)
		require.NoError(t, os.WriteFile("testdata/suite.golden", []byte(want), 0o600))
	}
	eachPHP(t, func(t *testing.T, name domain.RuntimeName, command []string) {
		s, err := phpbench.Read(context.Background(), "testdata/suite", phpbench.Config{PHP: command, Runtimes: []domain.RuntimeName{"php84"}})
		require.NoError(t, err)
		if hasAttributes(name) {
			require.Empty(t, s.Refused)
			require.True(t, want == show(s), "testdata/suite.golden differs from:\n%s", show(s))
			return
		}
		require.Len(t, s.Refused, 1)
		require.Equal(t, "benchmarks/AttributeBench.php", s.Refused[0].Where)
		require.Regexp(t, `^PHP [57]\.\d+\.\d+\S* has no attributes, .*let PHP 8 or later read`, s.Refused[0].Reason)
		for _, block := range blocks(show(s)) {
			require.True(t, strings.Contains(want, block), block)
		}
	})
}

// blocks returns the parts of a golden file that are of one benchmark each.
func blocks(text string) []string {
	benchmarks, _, _ := strings.Cut(text, "\n=== skipped")
	return strings.Split(benchmarks, "\n=== ")
}

// show writes all that was read.
func show(s *phpbench.Suite) string {
	var out strings.Builder
	for _, b := range s.Benchmarks {
		d := s.Details[b.Slug]
		warmup := "executor's"
		if b.Warmup != nil {
			warmup = fmt.Sprint(*b.Warmup)
		}
		fmt.Fprintf(&out, "\n=== %s\nname: %s\ncategory: %s\ndescription: %s\ntags: %q, group: %q, runtimes: %v\n", b.Slug, b.Name, b.Category, b.Description, b.Tags, b.Group, b.Runtimes)
		fmt.Fprintf(&out, "bootstrap: %s\nsettings: %v\nenv: %v\nwarm-up: %s, revolutions: %d\n", b.Bootstrap, b.Settings, b.Env, warmup, b.Revolutions)
		fmt.Fprintf(&out, "details: %s %s::%s set %q, groups %q, revolutions %v, iterations %d\n", d.File, d.Class, d.Method, d.Set, d.Groups, d.Revolutions, d.Iterations)
		for _, a := range d.Assertions {
			fmt.Fprintf(&out, "assertion: %s\n", a.Text)
		}
		for _, part := range []struct{ name, text string }{
			{"before iteration", b.BeforeIteration}, {"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown}, {"after iteration", b.AfterIteration},
		} {
			if part.text != "" {
				fmt.Fprintf(&out, "--- %s\n%s", part.name, part.text)
			}
		}
	}
	fmt.Fprintf(&out, "\n=== skipped\n%s\n=== refused\n", strings.Join(s.Skipped, "\n"))
	for _, r := range s.Refused {
		fmt.Fprintf(&out, "%s: %s\n", r.Where, r.Reason)
	}
	out.WriteString("\n=== notes\n")
	for _, n := range s.Notes {
		// The launcher's PHP has no xdebug, and one without ini files lacks more.
		fmt.Fprintf(&out, "%s: %s (%d)\n", n.Where, n.Text, n.Count)
	}
	return out.String()
}

func TestEveryBenchmarkIsValid(t *testing.T) {
	s, err := phpbench.Read(context.Background(), "testdata/suite", phpbench.Config{PHP: newest(t), Compare: phpbench.CompareClass, Revolutions: phpbench.SuiteRevolutions})
	require.NoError(t, err)
	require.Len(t, s.Details, len(s.Benchmarks))
	found := slugs(s)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(found))), len(found), "slugs are unique")
	for _, b := range s.Benchmarks {
		require.Empty(t, b.Validate(), b.Slug)
		require.Contains(t, s.Details, b.Slug)
	}
}

func TestSuiteRevolutions(t *testing.T) {
	s, err := phpbench.Read(context.Background(), "testdata/suite", phpbench.Config{PHP: newest(t), Revolutions: phpbench.SuiteRevolutions})
	require.NoError(t, err)
	counts := map[string][2]int{}
	for _, b := range s.Benchmarks {
		require.NotNil(t, b.Warmup)
		counts[b.Slug] = [2]int{b.Revolutions, *b.Warmup}
	}
	require.Equal(t, [2]int{10, 2}, counts["doc-block.hash.md5-short.revs-10"])
	require.Equal(t, [2]int{100, 2}, counts["doc-block.hash.md5-short.revs-100"])
	require.Equal(t, [2]int{10, 3}, counts["doc-block.inherited"])
	require.Equal(t, [2]int{100, 1}, counts["attribute.plain"])
	require.Equal(t, [2]int{1, 1}, counts["attribute.order"])
}

func TestCompare(t *testing.T) {
	groups := func(c phpbench.Compare) map[string]string {
		s, err := phpbench.Read(context.Background(), "testdata/suite", phpbench.Config{PHP: newest(t), Compare: c})
		require.NoError(t, err)
		all := map[string]string{}
		for _, b := range s.Benchmarks {
			all[b.Slug] = b.Group
		}
		return all
	}
	for _, group := range groups("") {
		require.Empty(t, group)
	}
	byClass := groups(phpbench.CompareClass)
	require.Equal(t, "AttributeBench", byClass["attribute.plain"])
	require.Equal(t, "AttributeBench", byClass["attribute.order"])
	require.Equal(t, "AttributeBench (ten)", byClass["attribute.sizes.ten"])
	byGroup := groups(phpbench.CompareGroup)
	require.Equal(t, "DocBlockBench doc", byGroup["doc-block.inherited"])
	require.Equal(t, "DocBlockBench other (0)", byGroup["doc-block.measure-this.0"])
}
