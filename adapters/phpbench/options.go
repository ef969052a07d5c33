package phpbench

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// options are what a configuration says.
type options struct {
	bootstrap               string
	paths                   []string
	filePattern             string
	subjectPattern          string
	annotations, attributes bool
	phpConfig               map[string]any
	phpEnv                  map[string]any
	iterations              []int
	revolutions             []int
	warmup                  []int
	assertions              []string
}

// defaultOptions are those of a suite without a configuration.
func defaultOptions() options {
	return options{subjectPattern: "^bench", annotations: true, attributes: true}
}

// ignoredOptions maps keys, without their prefix, to the reasons why they have no effect.
var ignoredOptions = map[string]string{
	"annotation_import_use": "it has no effect: annotations are read by the last part of their names, imported or not",
	"php_disable_ini":       "it has no effect: the executor's configuration says which ini files PHP reads",
	"php_binary":            "it has no effect: the runtimes say which PHP executes benchmarks",
	"php_wrapper":           "it has no effect: the runtimes say which PHP executes benchmarks",
	"retry_threshold":       retryReason,
	"timeout":               timeoutReason,
	"executor":              executorReason,
	"executors":             executorReason,
	"format":                formatReason,
	"output_mode":           formatReason,
	"time_unit":             formatReason,
	"output_time_unit":      formatReason,
	"progress":              formatReason,
	"$include":              "it has no effect: only the configuration itself is read",
	"$include-glob":         "it has no effect: only the configuration itself is read",
	"core.profiles":         "it has no effect: profiles are not read",
	"profiles":              "it has no effect: profiles are not read",
	"core.extensions":       "it has no effect: extensions of phpbench are not loaded",
	"extensions":            "it has no effect: extensions of phpbench are not loaded",
}

// silentPrefixes begin keys of what only phpbench itself does: its reports, its storage,
// its screen. They say nothing about the benchmarks.
var silentPrefixes = []string{
	"report.", "storage.", "console.", "xml.", "expression.", "core.", "env.", "xdebug.", "runner.env_", "env_", "runner.remote_script_", "remote_script_",
	"runner.progress_", "progress_", "reports", "outputs", "storage", "$schema",
}

// readOptions interprets a configuration. Its error names the key.
func readOptions(object map[string]any, n *notes) (options, error) {
	o := defaultOptions()
	for _, full := range slices.Sorted(maps.Keys(object)) {
		key, value := strings.TrimPrefix(full, "runner."), object[full]
		if key != full && object[key] != nil {
			object[key] = nil // the key with the prefix is the newer one
		}
		if value == nil {
			continue
		}
		if known, err := o.take(key, value); err != nil {
			return o, fmt.Errorf("%s: %w", full, err)
		} else if known {
			continue
		}
		reason, ignored := ignoredOptions[key]
		switch {
		case ignored:
			if value != false {
				n.add(full, full+": "+reason)
			}
		case slices.ContainsFunc(silentPrefixes, func(p string) bool { return strings.HasPrefix(full, p) }):
		default:
			n.add(full, "keys of the configuration that are not known have no effect")
		}
	}
	return o, nil
}

// take interprets one key, without its prefix. It reports whether it knows it.
func (o *options) take(key string, value any) (known bool, err error) {
	switch key {
	case "bootstrap":
		o.bootstrap, err = text(value)
	case "path", "paths":
		o.paths, err = texts(value)
	case "file_pattern":
		o.filePattern, err = text(value)
	case "subject_pattern":
		o.subjectPattern, err = text(value)
	case "annotations":
		o.annotations, err = boolean(value)
	case "attributes":
		o.attributes, err = boolean(value)
	case "php_config":
		o.phpConfig, err = mapping(value)
	case "php_env":
		o.phpEnv, err = mapping(value)
	case "iterations":
		o.iterations, err = integers(value)
	case "revs":
		o.revolutions, err = integers(value)
	case "warmup":
		o.warmup, err = integers(value)
	case "assert":
		o.assertions, err = texts(value)
	default:
		return false, nil
	}
	return true, err
}

func text(value any) (string, error) {
	if s, ok := value.(string); ok {
		return s, nil
	}
	return "", fmt.Errorf("it must be a text, and not %s", kind(value))
}

// texts reads a text or a list of texts.
func texts(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var all []string
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("it must be a text or a list of texts, and not %s", kind(v))
		}
		all = append(all, s)
	}
	return all, nil
}

func boolean(value any) (bool, error) {
	if b, ok := value.(bool); ok {
		return b, nil
	}
	return false, fmt.Errorf("it must be true or false, and not %s", kind(value))
}

// mapping reads an object. An empty list stands for an empty one, as PHP writes it.
func mapping(value any) (map[string]any, error) {
	if list, ok := value.([]any); ok && len(list) == 0 {
		return nil, nil
	}
	if object, ok := value.(map[string]any); ok {
		return object, nil
	}
	return nil, fmt.Errorf("it must be an object of names and values, and not %s", kind(value))
}

// integers reads a whole number or a list of such, none of them negative.
func integers(value any) ([]int, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var all []int
	for _, v := range list {
		n, err := strconv.Atoi(fmt.Sprint(v))
		if err != nil || n < 0 || v == nil {
			return nil, fmt.Errorf("it must be a whole number from 0, or a list of such, and not %.40s", fmt.Sprint(v))
		}
		all = append(all, n)
	}
	return all, nil
}

// kind names the kind of a value for a message.
func kind(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case json.Number, int64, float64:
		return "a number"
	case string:
		return "a text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%T", value)
}
