package phpbench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocAnnotations(t *testing.T) {
	check := func(doc string, want ...annotation) {
		t.Helper()
		for i := range want {
			if want[i].named == nil {
				want[i].named = map[string]any{}
			}
		}
		require.Equal(t, want, docAnnotations("/**\n * "+doc+"\n */"), doc)
	}
	check(`@Revs(1000)`, annotation{name: "Revs", values: []any{1000}})
	check(`@Revs({1, 2,})`, annotation{name: "Revs", values: []any{[]any{1, 2}}})
	check("@Revs(\n *   {1,\n *    2}\n * ) and text", annotation{name: "Revs", values: []any{[]any{1, 2}}})
	check(`@revs(iterations=10)`, annotation{name: "Revs", named: map[string]any{"iterations": 10}})
	check(`@BeforeMethods({"a", "b"}, extend=true)`, annotation{name: "BeforeMethods", values: []any{[]any{"a", "b"}}, named: map[string]any{"extend": true}})
	check(`@Assert("mode(variant.time.avg) < ""10"" ms")`, annotation{name: "Assert", values: []any{`mode(variant.time.avg) < "10" ms`}})
	check(`@Skip`, annotation{name: "Skip", bare: true})
	check(`@Skip @Subject()`, annotation{name: "Skip", bare: true}, annotation{name: "Subject"})
	check(`@PhpBench\Benchmark\Metadata\Annotations\Timeout(1.5)`, annotation{name: "Timeout", values: []any{1.5}})
	check(`@Bench\Executor("local", {"a"="b", c: null, "d": -1e2})`, annotation{name: "Executor", values: []any{"local", map[string]any{"a": "b", "c": nil, "d": -100.0}}})
	check(`nobody@Revs(3) or a@Skip, {@Skip}, @param int $x, @Revolution(1), @`)
}

func TestDocAnnotationsThatCannotBeRead(t *testing.T) {
	check := func(doc, want string) {
		t.Helper()
		all := docAnnotations("/** " + doc + " */")
		require.Len(t, all, 1)
		require.EqualError(t, all[0].err, want)
	}
	check(`@Revs(1000`, "@Revs cannot be read: a ) is missing")
	check(`@Revs({1 2})`, "@Revs cannot be read: a } is missing")
	check(`@Revs(Foo::BAR)`, "@Revs cannot be read: Foo::BAR is a constant, which is not looked up: write its value")
	check(`@Groups("a)`, "@Groups cannot be read: a text is not closed")
	check(`@Groups('a')`, `@Groups cannot be read: "'a')" is no value: texts stand in double quotes, and lists in { }`)
	check(`@Groups({{{{{{{{{{{{{{{{{{{{{{{{{1}}}}}}}}}}}}}}}}}}}}}}}}})`, "@Groups cannot be read: its lists are nested too deeply")
}

func TestSummary(t *testing.T) {
	check := func(doc, want string) {
		t.Helper()
		require.Equal(t, want, summary(doc))
	}
	check("/**\n * Hashes a text\n * of two lines.\n *\n * More.\n * @Revs(1)\n */", "Hashes a text of two lines.")
	check("/** Short. @Skip */", "Short.")
	check("/** @Revs(1) */", "")
	check("", "")
}

func FuzzDocAnnotations(f *testing.F) {
	f.Add("/** @Revs({1, 2}) @Groups({\"a\"}, extend=true) */")
	f.Add("/**\n * @Assert(\"mode(x) < 1\")\n * @Executor(\"a\", b={c: -1.5e3}) */")
	f.Fuzz(func(t *testing.T, doc string) {
		for _, a := range docAnnotations(doc) {
			in := a.understand(false)
			require.NotEmpty(t, in.name)
		}
		summary(doc)
	})
}
