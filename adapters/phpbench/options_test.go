package phpbench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// optionsOf reads a configuration that must be readable.
func optionsOf(t *testing.T, text string) (options, notes) {
	t.Helper()
	object, err := parseJSON("phpbench.json", []byte(text))
	require.NoError(t, err)
	var n notes
	o, err := readOptions(object, &n)
	require.NoError(t, err)
	return o, n
}

func TestKeysWithAndWithoutPrefix(t *testing.T) {
	for _, prefix := range []string{"", "runner."} {
		o, n := optionsOf(t, `{"`+prefix+`bootstrap": "a.php", "`+prefix+`path": "b", "`+prefix+`file_pattern": "*Bench.php", "`+prefix+`subject_pattern": "^test",
			"`+prefix+`annotations": false, "`+prefix+`attributes": false, "`+prefix+`php_config": [],
			"`+prefix+`iterations": 3, "`+prefix+`revs": [1, 10], "`+prefix+`warmup": 2, "`+prefix+`assert": "1 < 2", "`+prefix+`php_env": null}`)
		require.Empty(t, n)
		require.Equal(t, options{bootstrap: "a.php", paths: []string{"b"}, filePattern: "*Bench.php", subjectPattern: "^test",
			iterations: []int{3}, revolutions: []int{1, 10}, warmup: []int{2}, assertions: []string{"1 < 2"}}, o)
	}
	o, _ := optionsOf(t, `{"path": "old", "runner.path": ["new", "more"], "runner.subject_pattern": "new", "subject_pattern": "old"}`)
	require.Equal(t, []string{"new", "more"}, o.paths)
	require.Equal(t, "new", o.subjectPattern)
}

func TestKeysWithoutEffect(t *testing.T) {
	_, n := optionsOf(t, `{"$schema": "x", "report.generators": {}, "core.extensions": ["x"], "core.profiles": {}, "$include": "x", "php_disable_ini": true, "runner.php_binary": "php7",
		"runner.timeout": 5, "runner.executors": {}, "runner.nobody": 1, "nobody": 2, "xml.storage_path": "x", "runner.env_samplers": [], "runner.php_wrapper": null}`)
	require.Equal(t, notes{
		{"$include", "$include: it has no effect: only the configuration itself is read", 1},
		{"core.extensions", "core.extensions: it has no effect: extensions of phpbench are not loaded", 1},
		{"core.profiles", "core.profiles: it has no effect: profiles are not read", 1},
		{"nobody", "keys of the configuration that are not known have no effect", 2},
		{"php_disable_ini", "php_disable_ini: it has no effect: the executor's configuration says which ini files PHP reads", 1},
		{"runner.executors", "runner.executors: " + executorReason, 1},
		{"runner.php_binary", "runner.php_binary: it has no effect: the runtimes say which PHP executes benchmarks", 1},
		{"runner.timeout", "runner.timeout: " + timeoutReason, 1},
	}, n)
}

func TestValuesOfTheWrongKind(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		object, err := parseJSON("phpbench.json", []byte(text))
		require.NoError(t, err)
		_, err = readOptions(object, &notes{})
		require.EqualError(t, err, want)
	}
	check(`{"bootstrap": 5}`, "bootstrap: it must be a text, and not a number")
	check(`{"runner.path": {"a": "b"}}`, "runner.path: it must be a text or a list of texts, and not an object")
	check(`{"path": ["a", ["b"]]}`, "path: it must be a text or a list of texts, and not a list")
	check(`{"attributes": "yes"}`, "attributes: it must be true or false, and not a text")
	check(`{"php_env": ["A"]}`, "php_env: it must be an object of names and values, and not a list")
	check(`{"revs": 1.5}`, "revs: it must be a whole number from 0, or a list of such, and not 1.5")
	check(`{"warmup": [1, true]}`, "warmup: it must be a whole number from 0, or a list of such, and not true")
}

func TestSettings(t *testing.T) {
	check := func(config string, want map[string]string, reasons ...string) {
		t.Helper()
		o, _ := optionsOf(t, `{"php_config": `+config+`}`)
		values, err := phpValues(o.phpConfig)
		require.NoError(t, err)
		var n notes
		known := map[string]bool{"memory_limit": true, "precision": true, "error_reporting": true, "zend.assertions": true, "A.B": true}
		require.Equal(t, want, settings(values, known, 1<<30, &n))
		var texts []string
		for _, note := range n {
			texts = append(texts, note.Text)
		}
		require.Equal(t, reasons, texts)
	}
	check(`{"memory_limit": "512M", "precision": 14, "zend.assertions": ["-1"]}`, map[string]string{"memory_limit": "512M", "precision": "14", "zend.assertions": "-1"})
	check(`{"memory_limit": -1}`, map[string]string{}, "php_config: memory_limit=-1 is left out: the executor allows at most 1073741824 bytes")
	check(`{"memory_limit": "2G"}`, map[string]string{}, "php_config: memory_limit=2G is left out: the executor allows at most 1073741824 bytes")
	check(`{"error_reporting": "E_ALL"}`, map[string]string{"error_reporting": "32767"})
	check(`{"error_reporting": "E_ALL ^ E_NOTICE"}`, map[string]string{}, "php_config: error_reporting=E_ALL ^ E_NOTICE is left out: it must be a number, such as 32767 for everything")
	check(`{"opcache.enable": 1, "opcache.enable_cli": true, "opcache.jit": "tracing"}`, map[string]string{"opcache": "on", "opcache.jit": "tracing"})
	check(`{"opcache.enable": 1}`, map[string]string{})
	check(`{"opcache.enable": 0, "opcache.enable_cli": 1, "opcache.jit": "tracing"}`, map[string]string{"opcache": "off"}, "php_config: opcache.jit is left out: opcache is off")
	check(`{"extension": ["a.so", "b.so"], "precision": [1, 2], "display_errors": false}`, map[string]string{},
		"php_config: display_errors=0 is left out: the executor reads errors itself",
		"php_config: extension=a.so,b.so is left out: extensions are loaded by the ini file that the executor reads",
		"php_config: precision=1,2 is left out: it has several values")
	check(`{"xdebug.mode": "off", "x y": null, "precision": "1\n2"}`, map[string]string{},
		`php_config: precision=1`+"\n"+`2 is left out: its value is too long, or holds control characters`,
		"php_config: x y= is left out: it is not a directive's name",
		"php_config: xdebug.mode=off is left out: the PHP that read the suite has no such directive")
	_, err := phpValues(map[string]any{"a": map[string]any{}})
	require.EqualError(t, err, "php_config: the value of a must be a text, a number, true or false, or a list of such")
}

func TestEnvironment(t *testing.T) {
	o, _ := optionsOf(t, `{"php_env": {"APP_ENV": "bench", "N": 5, "ON": true, "OFF": false, "NULL": null, "A B": "x", "LIST": [1], "ZERO": "a\u0000"}}`)
	var n notes
	require.Equal(t, map[string]string{"APP_ENV": "bench", "N": "5", "ON": "1", "OFF": "", "NULL": ""}, environment(o.phpEnv, &n))
	require.Len(t, n, 3)
	require.Equal(t, `php_env: "A B" is left out: names are letters, digits and _, and values texts of at most 4096 bytes`, n[0].Text)
}
