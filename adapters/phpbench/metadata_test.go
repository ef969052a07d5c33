package phpbench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// interpretAll interprets a class and its parents.
func interpretAll(t *testing.T, o options, classes ...class) *metadata {
	t.Helper()
	ip, err := newInterpreter(o)
	require.NoError(t, err)
	m, err := ip.interpret(classes)
	require.NoError(t, err)
	return m
}

// docMethod is a method with a doc block.
func docMethod(name, doc string) method { return method{Name: name, Doc: "/** " + doc + " */"} }

func attr(name string, values ...any) attribute {
	return attribute{Name: `PhpBench\Attributes\` + name, Values: values}
}

func TestAnnotationsOfParents(t *testing.T) {
	parent := class{Doc: `/** @BeforeMethods("parent") @Revs(5) @Groups({"p"}) @BeforeClassMethods("a") */`, Methods: []method{
		docMethod("benchOver", `@Groups({"over"}) @Warmup(9)`), docMethod("benchKept", `@BeforeMethods("kept", extend=true) @Assert("1 < 2")`),
	}}
	child := class{Doc: `/** @Revs(7) @AfterMethods("child") @BeforeClassMethods("b") */`, Methods: []method{
		docMethod("benchOver", `@Iterations(3)`), docMethod("benchOwn", `@Revs(1)`), parent.Methods[1],
	}}
	m := interpretAll(t, defaultOptions(), child, parent)
	require.Equal(t, []string{"b"}, m.beforeClass)
	require.Len(t, m.subjects, 3)
	over, kept, own := m.subjects[0], m.subjects[1], m.subjects[2]
	require.Equal(t, "benchOver", over.method)
	require.Equal(t, []string{"p"}, over.groups, "the class's annotations apply again, after those of the parent's method")
	require.Equal(t, []int{9}, over.warmup, "a method inherits the annotations of the one that it overrides")
	require.Equal(t, []int{3}, over.iter)
	require.Equal(t, []int{7}, over.revolutions)
	require.Equal(t, []string{"parent", "kept"}, kept.before)
	require.Equal(t, []string{"child"}, kept.after)
	require.Equal(t, []string{"1 < 2"}, kept.assertions, "once, although it was met twice")
	require.Equal(t, []int{1}, own.revolutions)
}

func TestAnnotationsInSentences(t *testing.T) {
	m := interpretAll(t, defaultOptions(), class{
		Doc:        `/** The file is read in the @Warmup revs, see @BeforeMethods and @ParamProviders. */`,
		Attributes: []attribute{attr("Warmup", "2")},
		Methods:    []method{docMethod("benchA", "More than @Revs say."), docMethod("benchB", `@Revs(4) Not @Iterations.`)},
	})
	require.Len(t, m.subjects, 2)
	for _, s := range m.subjects {
		require.Empty(t, s.problems)
		require.Empty(t, s.before)
		require.Empty(t, s.providers)
		require.Equal(t, []int{2}, s.warmup)
	}
	require.Empty(t, m.subjects[0].revolutions)
	require.Equal(t, []int{4}, m.subjects[1].revolutions)
}

func TestAttributesOfParents(t *testing.T) {
	parent := class{Attributes: []attribute{attr("BeforeMethods", "parent"), attr("Revs", "5")}, Methods: []method{
		{Name: "benchOver", Attributes: []attribute{attr("Warmup", "9")}},
	}}
	child := class{Attributes: []attribute{attr("BeforeMethods", []any{"child"}), attr("Groups", []any{"c"}), attr("Skip")}, Methods: []method{
		{Name: "benchOver", Attributes: []attribute{attr("BeforeMethods", "own"), attr("Groups", []any{"own"})}},
		{Name: "named", Attributes: []attribute{attr("Subject"), {Name: `phpbench\attributes\REVS`, Named: map[string]any{"revs": "3"}}}},
		{Name: "other", Attributes: []attribute{attr("Revs", "1"), {Name: `Other\Subject`}}},
	}}
	m := interpretAll(t, defaultOptions(), child, parent)
	require.Len(t, m.subjects, 2)
	over, named := m.subjects[0], m.subjects[1]
	require.Equal(t, []string{"child", "parent", "own"}, over.before, "attributes add up")
	require.Equal(t, []string{"c", "own"}, over.groups)
	require.Empty(t, over.warmup, "a method does not inherit the attributes of the one that it overrides")
	require.Equal(t, []int{5}, over.revolutions)
	require.Equal(t, []int{3}, named.revolutions)
	require.True(t, over.skip && named.skip)
}

func TestBothStyles(t *testing.T) {
	c := class{Doc: `/** @Groups({"doc"}) */`, Attributes: []attribute{attr("Groups", []any{"attr"})}, Methods: []method{
		{Name: "benchX", Doc: `/** @Revs(1) @Sleep(5) */`, Attributes: []attribute{attr("Revs", "2"), attr("BeforeMethods", "b"), attr("RetryThreshold", "5")}},
		{Name: "testY", Doc: `/** @Subject */`},
	}}
	m := interpretAll(t, defaultOptions(), c)
	require.Equal(t, []string{"doc", "attr"}, m.subjects[0].groups)
	require.Equal(t, []int{1, 2}, m.subjects[0].revolutions)
	require.Equal(t, map[string]bool{"Sleep": true, "RetryThreshold": true}, m.subjects[0].ignored)
	require.Equal(t, "testY", m.subjects[1].method)

	o := defaultOptions()
	o.annotations = false
	m = interpretAll(t, o, c)
	require.Len(t, m.subjects, 1)
	require.Equal(t, []string{"attr"}, m.subjects[0].groups)
	o = defaultOptions()
	o.attributes = false
	require.Equal(t, []string{"doc"}, interpretAll(t, o, c).subjects[0].groups)
}

func TestConfigurationFillsIn(t *testing.T) {
	o := defaultOptions()
	o.iterations, o.revolutions, o.warmup, o.assertions = []int{3}, []int{10, 10, 20}, []int{2}, []string{"1 < 2"}
	m := interpretAll(t, o, class{Methods: []method{
		docMethod("benchPlain", ""), docMethod("benchOwn", `@Iterations({4,5}) @Revs(1) @Warmup(1) @Assert("2 < 3")`), docMethod("benchCold", `@Warmup(0)`),
	}})
	plain, own, cold := m.subjects[0], m.subjects[1], m.subjects[2]
	require.Equal(t, []int{10, 20}, plain.revolutions)
	require.Equal(t, []int{3}, plain.iter)
	require.Equal(t, []string{"1 < 2"}, plain.assertions)
	require.Equal(t, []int{4, 5}, own.iter)
	require.Equal(t, []int{1}, own.warmup)
	require.Equal(t, []string{"2 < 3"}, own.assertions)
	require.Equal(t, []int{2}, cold.warmup, "phpbench takes a warm-up of 0 as none given")
}
