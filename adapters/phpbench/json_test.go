package phpbench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseJSON(t *testing.T) {
	object, err := parseJSON("phpbench.json", []byte(` {"a": 1.50, "b": ["c", null, true], "d": {}} `+"\n"))
	require.NoError(t, err)
	require.Len(t, object, 3)
	check := func(text, want string) {
		t.Helper()
		_, err := parseJSON("phpbench.json", []byte(text))
		require.EqualError(t, err, "phpbench.json"+want)
	}
	check("{\n  // why\n}", ":2:3: JSON has no comments: remove it")
	check("{\"a\": 1 /* why */}", ":1:9: JSON has no comments: remove it")
	check("{\"a\": 1}\n# why", ":2:1: there is text after the end of the object")
	check("{\n  \"größe\": 1, }", ":2:15: there is a comma before the }: remove the comma")
	check("{\"a\": [1,\n]}", ":2:1: there is a comma before the ]: remove the comma")
	check("{'a': 1}", `:1:2: text stands in double quotes, "like this"`)
	check("{\"a\": 1", ":1:8: the text ends too early: is a bracket missing?")
	check("", ":1:1: the text ends too early: is a bracket missing?")
	check("\xef\xbb\xbf{}", ":1:1: the file begins with a byte order mark: save it without one")
	check("[]", ":1:1: this is no object: a configuration begins with {")
	check("{} {}", ":1:4: there is text after the end of the object")
	check("{\"a\": yes}", ":1:7: this is not JSON: invalid character 'y' looking for beginning of value")
	check(strings.Repeat(" ", maxConfigBytes+1), " has 1048577 bytes; at most 1048576 are read")
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte("{\"runner.path\": [\"b\"], // comment\n}"))
	f.Add([]byte("{\"php_config\": {\"a\": [1, true]}, \"revs\": 1e3, \"runner.warmup\": [1,],}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		object, err := parseJSON("f", text)
		if err != nil {
			require.Regexp(t, `^f(:\d+:\d+:| has|: )`, err.Error())
			return
		}
		o, err := readOptions(object, &notes{})
		if err != nil {
			return
		}
		if values, err := phpValues(o.phpConfig); err == nil {
			settings(values, map[string]bool{}, 1<<30, &notes{})
		}
		environment(o.phpEnv, &notes{})
	})
}
