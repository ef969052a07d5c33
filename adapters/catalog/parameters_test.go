package catalog_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/catalog"
)

// with makes a catalogue of one benchmark with these fields in addition to the usual ones.
func with(fields string) (*catalog.Catalog, error) {
	return catalog.LoadFS(fstest.MapFS{"b.yaml": &fstest.MapFile{Data: []byte(
		"slug: b\nname: B\ncategory: c\nphpVersions: [php84]\nsetup: $s = 1;\ncode: $a = 1;\n" + fields + "\n")}})
}

// members returns slug, name, group and setup of the selected benchmarks.
func members(t *testing.T, fields string, given map[string][]string) (all [][4]string) {
	t.Helper()
	c, err := with(fields)
	require.NoError(t, err)
	found, err := c.Select(catalog.Selection{Parameters: given})
	require.NoError(t, err)
	for _, b := range found {
		require.Empty(t, b.Validate())
		all = append(all, [4]string{b.Slug, b.Name, b.Group, b.Setup})
	}
	return all
}

func TestListsOfParametersAreMultiplied(t *testing.T) {
	const fields = "parameters: {size: [10, 1.5], text: [\"it's\", 'a\\b'], on: [true]}"
	require.Equal(t, [][4]string{
		{"b-size-10-text-it-s-on-true", "B (size=10, text=it's, on=true)", "b", `$size = 10; $text = 'it\'s'; $on = true; $s = 1;`},
		{"b-size-10-text-a-b-on-true", `B (size=10, text=a\b, on=true)`, "b", `$size = 10; $text = 'a\\b'; $on = true; $s = 1;`},
		{"b-size-1-5-text-it-s-on-true", "B (size=1.5, text=it's, on=true)", "b", `$size = 1.5; $text = 'it\'s'; $on = true; $s = 1;`},
		{"b-size-1-5-text-a-b-on-true", `B (size=1.5, text=a\b, on=true)`, "b", `$size = 1.5; $text = 'a\\b'; $on = true; $s = 1;`},
	}, members(t, fields, nil))
	require.Equal(t, [][4]string{
		{"b-size-7-text-x-on-true", "B (size=7, text=x, on=true)", "b", `$size = 7; $text = 'x'; $on = true; $s = 1;`},
	}, members(t, fields, map[string][]string{"size": {"7"}, "text": {"x"}}))
}

func TestNamedSetsOfParameters(t *testing.T) {
	const fields = "group: g\nparameters: {small: {size: 10, kind: list}, large: {kind: map, size: 1000}}"
	small := [4]string{"b-small", "B (small)", "g", `$size = 10; $kind = 'list'; $s = 1;`}
	large := [4]string{"b-large", "B (large)", "g", `$size = 1000; $kind = 'map'; $s = 1;`}
	require.Equal(t, [][4]string{small, large}, members(t, fields, nil))
	require.Equal(t, [][4]string{large}, members(t, fields, map[string][]string{"size": {"1000", "5"}}))
	c, err := with(fields)
	require.NoError(t, err)
	require.Equal(t, []string{"small: size = 10, kind = list", "large: size = 1000, kind = map"}, c.Parameters(c.All()[0]))
	_, err = c.Select(catalog.Selection{Parameters: map[string][]string{"size": {"5"}}})
	require.ErrorContains(t, err, `no set of parameters of "b" has these values`)
	_, err = c.Select(catalog.Selection{Parameters: map[string][]string{"sizes": {"5"}}})
	require.ErrorContains(t, err, `none of the benchmarks has the parameter "sizes"; did you mean size?`)
	merged, err := catalog.LoadFS(fstest.MapFS{"a.yaml": &fstest.MapFile{Data: []byte("slug: a\nname: A\ncategory: c\nphpVersions: [php84]\ncode: $a = 1;\nparameters: {n: [1, 2]}\n")}})
	require.NoError(t, err)
	found, err := c.Merge(merged).Select(catalog.Selection{})
	require.NoError(t, err)
	require.Len(t, found, 4, "merged catalogues keep the parameters of both")
}

func TestParametersThatCannotBe(t *testing.T) {
	for fields, sentence := range map[string]string{
		"parameters: 5":                            "must be a mapping, such as {size: [10, 1000]}",
		"parameters: {}":                           "must be a mapping",
		"parameters: {size: 5}":                    `"size" must be a list of values, or a set`,
		"parameters: {size: []}":                   `"size" has no value`,
		"parameters: {size: [1, 1]}":               `size has "1" twice`,
		"parameters: {size: [[1]]}":                "a value must be a number, a text, true or false, not a list",
		"parameters: {size: [null]}":               "a value must be a number, a text, true or false, not nothing",
		"parameters: {2x: [1]}":                    `"2x" is no name of a variable`,
		"parameters: {this: [1]}":                  `"this" is no name of a variable`,
		"parameters: {__bb_n: [1]}":                "names that begin with __bb_ are taken",
		"parameters: {a: [1], b: {c: 1}}":          "holds lists as well as sets",
		"parameters: {a: {x: 1}, b: {y: 1}}":       "does not say what $x is, as others do",
		"parameters: {a: {x: 1}, b: {x: 1, y: 1}}": "has variables that others lack",
		"parameters: {A B: {x: 1}}":                `"A B" is no name of a set`,
		"parameters: {a: [1,2,3,4,5,6,7,8,9,10,11], b: [1,2,3,4,5,6,7,8,9,10]}": "makes 110 sets; at most 100 are allowed",
		"settings: [1]":           "must be a mapping, such as {zend.assertions: 1}, not a list",
		"settings: {a: [1]}":      `"a" must be a number, a text, true or false, not a list`,
		"settings: {a: null}":     "not nothing",
		"settings: {Bad Name: 1}": `"Bad Name" is not a setting's name`,
	} {
		_, err := with(fields)
		var problems *catalog.LoadError
		require.True(t, errors.As(err, &problems), fields)
		require.Contains(t, problems.Problems[0].String(), sentence, fields)
		require.NotZero(t, problems.Problems[0].Line, fields)
	}
	c, err := with("parameters: {a: [1, 2]}")
	require.NoError(t, err)
	many := make([]string, 101)
	_, err = c.Select(catalog.Selection{Parameters: map[string][]string{"a": many}})
	require.ErrorContains(t, err, "make more than 100 sets")
}

func TestSettingsOfADefinition(t *testing.T) {
	c, err := with("settings: {zend.assertions: 1, precision: 5, opcache: on}")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"zend.assertions": "1", "precision": "5", "opcache": "on"}, c.All()[0].Settings)
	require.Equal(t, "opcache=on precision=5 zend.assertions=1", c.All()[0].With(nil).String())
}

// A slug allows few characters: equal slugs are numbered.
func TestParametersThatLookAlikeInASlug(t *testing.T) {
	var slugs []string
	for _, m := range members(t, "parameters: {n: [1, -1, '1', 1.0, '---']}", nil) {
		slugs = append(slugs, m[0])
	}
	require.Equal(t, []string{"b-n-1", "b-n-1-2", "b-n-1-3", "b-n-1-0", "b-n"}, slugs)
	long := strings.Repeat("x", 300)
	require.Len(t, members(t, "parameters: {n: [1]}", map[string][]string{"n": {long + "1", long + "2"}}), 2)
}

// A value has the type in PHP that it appears to have.
func TestValuesArePHP(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		require.Equal(t, "$n = "+want+"; $s = 1;", members(t, "parameters: {n: [x]}", map[string][]string{"n": {text}})[0][3])
	}
	check("10", "10")
	check("-7", "-7")
	check("1.50", "1.5")
	check("1e3", "1000.0")
	check("true", "true")
	for _, text := range []string{"010", "08", "1_000", "0x10", "0b11", "9223372036854775808", "a #b", "---", "+1", ".5", "NaN", "", "null", "yes"} {
		check(text, "'"+text+"'")
	}
	check(`it's \`, `'it\'s \\'`)
	require.Equal(t, "$n = 8; $s = 1;", members(t, "parameters: {n: [010]}", nil)[0][3], "YAML's own octal number")
	require.Equal(t, "$n = 100000.0; $s = 1;", members(t, "parameters: {n: [1.0e+5]}", nil)[0][3])
}
