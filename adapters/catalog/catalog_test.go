package catalog_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/domain"
)

// of returns a catalogue of definitions. Each has slug, name, category and group.
func of(t *testing.T, definitions ...[4]string) *catalog.Catalog {
	fsys := fstest.MapFS{}
	for _, d := range definitions {
		text := "slug: " + d[0] + "\nname: " + d[1] + "\ncategory: " + d[2] + "\ngroup: " + d[3] + "\nphpVersions: [php84]\ncode: $a = '" + d[1] + "';\n"
		fsys[d[0]+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := catalog.LoadFS(fsys)
	require.NoError(t, err)
	return c
}

func slugs(c *catalog.Catalog) (slugs []string) {
	for _, b := range c.All() {
		slugs = append(slugs, b.Slug)
	}
	return slugs
}

func TestAllIsSortedByCategoryGroupSlug(t *testing.T) {
	c := of(t, [4]string{"a", "A", "two", "y"}, [4]string{"b", "B", "two", "x"}, [4]string{"d", "D", "one", "z"}, [4]string{"c", "C", "one", "z"})
	require.Equal(t, []string{"c", "d", "b", "a"}, slugs(c))
	c.All()[0] = nil
	require.NotNil(t, c.All()[0], "the slice is the caller's own")
}

func TestMergeAddsAndReplacesBySlug(t *testing.T) {
	base := of(t, [4]string{"a", "A", "one", "x"}, [4]string{"b", "B", "one", "x"})
	more := of(t, [4]string{"b", "Better", "first", "x"}, [4]string{"c", "C", "one", "x"})
	merged := base.Merge(more)
	require.Equal(t, []string{"b", "a", "c"}, slugs(merged))
	b, err := merged.Find("b")
	require.NoError(t, err)
	require.Equal(t, "Better", b.Name)
	require.Equal(t, []string{"a", "b"}, slugs(base), "a catalogue never changes")
}

func TestFind(t *testing.T) {
	c := of(t, [4]string{"loop", "Loop", "x", "x"}, [4]string{"array-merge", "Merge two arrays", "x", "x"}, [4]string{"array-map", "Map", "x", "x"})
	for _, name := range []string{"array-merge", "ARRAY-MERGE", "Merge two arrays", "merge TWO arrays", "  array-merge "} {
		b, err := c.Find(name)
		require.NoError(t, err, name)
		require.Equal(t, "array-merge", b.Slug)
	}
	check := func(name, message string, suggestions ...string) {
		t.Helper()
		_, err := c.Find(name)
		var missing *catalog.NotFoundError
		require.ErrorAs(t, err, &missing)
		require.Equal(t, suggestions, missing.Suggestions)
		require.EqualError(t, err, message)
	}
	check("Lop", `there is no benchmark "Lop"; did you mean loop?`, "loop")
	check("olop", `there is no benchmark "olop"; did you mean loop?`, "loop")
	check("array", `there is no benchmark "array"; did you mean array-map or array-merge?`, "array-map", "array-merge")
	check("merge to arrays", `there is no benchmark "merge to arrays"; did you mean array-merge?`, "array-merge")
	check("sort", "there is no benchmark \"sort\"; `benchbus list` shows all")
	check("", "there is no benchmark \"\"; `benchbus list` shows all")
}

func TestFindANameThatMergingMadeAmbiguous(t *testing.T) {
	c := of(t, [4]string{"loop", "Loop it", "x", "x"}).Merge(of(t, [4]string{"my-loop", "loop IT", "x", "x"}))
	_, err := c.Find("Loop It")
	var ambiguous *catalog.AmbiguousError
	require.ErrorAs(t, err, &ambiguous)
	require.EqualError(t, err, `"Loop It" is the name of loop and my-loop; give the slug`)
	b, err := c.Find("my-loop")
	require.NoError(t, err)
	require.Equal(t, domain.RuntimeName("php84"), b.Runtimes[0])
}
