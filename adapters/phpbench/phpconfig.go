package phpbench

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// phpValues returns what php_config says, each value as PHP's command line takes it. A
// directive may have several values.
func phpValues(config map[string]any) (map[string][]string, error) {
	all := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		list, ok := config[name].([]any)
		if !ok {
			list = []any{config[name]}
		}
		for _, v := range list {
			switch v := v.(type) {
			case nil:
				all[name] = append(all[name], "")
			case bool:
				all[name] = append(all[name], map[bool]string{true: "1", false: "0"}[v])
			case []any, map[string]any:
				return nil, fmt.Errorf("php_config: the value of %s must be a text, a number, true or false, or a list of such", name)
			default:
				all[name] = append(all[name], fmt.Sprint(v))
			}
		}
	}
	return all, nil
}

// withoutEffect maps directives to the reasons why the suite's values are left out.
var withoutEffect = map[string]string{
	"extension":          "extensions are loaded by the ini file that the executor reads",
	"zend_extension":     "extensions are loaded by the ini file that the executor reads",
	"auto_prepend_file":  "no code but the benchmark's may run",
	"auto_append_file":   "no code but the benchmark's may run",
	"opcache.preload":    "no code but the benchmark's may run",
	"max_execution_time": "the run's time limit holds",
	"display_errors":     "the executor reads errors itself", "display_startup_errors": "the executor reads errors itself",
	"log_errors": "the executor reads errors itself", "error_log": "the executor reads errors itself", "html_errors": "the executor reads errors itself",
	"short_open_tag":    "the executor needs it off",
	"disable_functions": "the executor needs functions", "disable_classes": "the executor needs classes", "open_basedir": "the executor reads outside of it",
	"opcache.file_update_protection": "the executor sets it", "opcache.file_cache": "no file may be left behind",
	"opcache.file_cache_only": "no file may be left behind", "opcache.error_log": "no file may be left behind",
	"opcache.restrict_api": "the executor asks opcache for its state",
}

// reportings are the names that error_reporting may have in place of a number.
var reportings = map[string]string{"e_all": "32767", "e_all & ~e_deprecated": "24575", "e_all & ~e_notice": "32759", "e_all & ~e_deprecated & ~e_strict": "22527", "-1": "32767"}

var directive = regexp.MustCompile(`^[a-z][a-z0-9_.-]{0,63}$`)

// settings returns the settings of all benchmarks. known says which directives the
// reflecting PHP has; PHP takes no notice of others, and the executor would refuse them.
func settings(values map[string][]string, known map[string]bool, memory int64, n *notes) map[string]string {
	out := map[string]string{}
	for _, full := range slices.Sorted(maps.Keys(values)) {
		name, value, reason := strings.ToLower(full), values[full][len(values[full])-1], ""
		switch {
		case withoutEffect[name] != "":
			reason = withoutEffect[name]
		case len(values[full]) > 1:
			reason = "it has several values"
		case !directive.MatchString(name):
			reason = "it is not a directive's name"
		case len(value) > domain.MaxSettingValue || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
			reason = "its value is too long, or holds control characters"
		case name == "opcache.enable" || name == "opcache.enable_cli":
			// On the command line both must be on, and the first one is by default.
			if !slices.Contains([]string{"1", "on", "yes", "true"}, strings.ToLower(value)) {
				out["opcache"] = "off"
			} else if name == "opcache.enable_cli" && out["opcache"] == "" {
				out["opcache"] = "on"
			}
			continue
		case name == "error_reporting" && reportings[strings.ToLower(value)] != "":
			value = reportings[strings.ToLower(value)]
		case name == "error_reporting":
			if _, err := strconv.Atoi(value); err != nil {
				reason = "it must be a number, such as 32767 for everything"
			}
		case name == "memory_limit":
			if size, ok := bytesOf(value); !ok || size <= 0 || size > memory {
				reason = fmt.Sprintf("the executor allows at most %d bytes", memory)
			}
		}
		if reason == "" && !known[full] && !strings.HasPrefix(name, "opcache.") {
			reason = "the PHP that read the suite has no such directive"
		}
		if reason != "" {
			n.add("php_config", fmt.Sprintf("php_config: %s=%s is left out: %s", name, strings.Join(values[full], ","), reason))
			continue
		}
		out[name] = value
	}
	return opcacheOff(out, n)
}

// opcacheOff leaves out directives of opcache where it is off: each of them would switch
// it on.
func opcacheOff(out map[string]string, n *notes) map[string]string {
	if out["opcache"] != "off" {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(out)) {
		if strings.HasPrefix(name, "opcache.") {
			delete(out, name)
			n.add("php_config", "php_config: "+name+" is left out: opcache is off")
		}
	}
	return out
}

// bytesOf reads a size as PHP does: a number with K, M or G.
func bytesOf(text string) (int64, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	number := strings.TrimRight(text, "kmg")
	if len(text)-len(number) > 1 {
		return 0, false
	}
	size, err := strconv.ParseInt(number, 10, 64)
	shift := map[string]int{"k": 10, "m": 20, "g": 30}[text[len(number):]]
	return size << shift, err == nil && size < 1<<32
}

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

// environment returns the variables of php_env that benchmarks can have.
func environment(values map[string]any, n *notes) map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		var value string
		switch v := values[name].(type) {
		case nil:
		case bool:
			value = map[bool]string{true: "1"}[v]
		default:
			value = fmt.Sprint(v)
		}
		_, list := values[name].([]any)
		_, object := values[name].(map[string]any)
		switch {
		case list || object || !variable.MatchString(name) || strings.ContainsRune(value, 0) || len(value) > domain.MaxEnvValue:
			n.add("php_env", fmt.Sprintf("php_env: %.100q is left out: names are letters, digits and _, and values texts of at most %d bytes", name, domain.MaxEnvValue))
		case len(out) == domain.MaxEnv:
			n.add("php_env", fmt.Sprintf("php_env: variables beyond the first %d are left out", domain.MaxEnv))
		default:
			out[name] = value
		}
	}
	return out
}
