package php

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Short settings for features that no single directive switches on. A directive of
// opcache switches opcache on as well.
const (
	shortOpcache = "opcache" // on, off
	shortJIT     = "jit"     // off, function, tracing
)

// jitBuffer is the default size of JIT's buffer. Without a buffer JIT does nothing.
const jitBuffer = "64M"

// refused maps directives that would break the measurement to the reasons.
var refused = map[string]string{
	"auto_prepend_file": "no code but the benchmark's may run", "auto_append_file": "no code but the benchmark's may run",
	"opcache.preload": "no code but the benchmark's may run",
	"extension":       "extensions are loaded by the configuration file, see --php-ini", "zend_extension": "opcache=on loads opcache, and the configuration file the others",
	"display_errors": "errors are read from there", "log_errors": "errors are read from there", "error_log": "errors are read from there", "html_errors": "errors are read from there",
	"max_execution_time": "the run's time limit is --timeout", "short_open_tag": "<? is text in definitions",
	"disable_functions": "the harness needs functions", "disable_classes": "the harness needs classes", "open_basedir": "the harness reads outside of it",
	"opcache.file_update_protection": "a script is always new here", "opcache.file_cache": "no file may be left behind", "opcache.restrict_api": "whether opcache is on is read there",
	"opcache.error_log": "no file may be left behind",
	"opcache.enable":    "opcache=on and opcache=off switch it", "opcache.enable_cli": "opcache=on and opcache=off switch it",
}

// settings holds a variant's settings as directives of PHP.
type settings struct {
	// directives are passed to PHP in this order.
	directives []domain.Setting
	// wanted are the directives that the variant names.
	wanted domain.Settings
	// opcache and jit are the required states; nil allows both.
	opcache, jit *bool
	// mode is the kind of JIT that a short setting requires; "" allows any.
	mode string
}

// CheckSettings fails with an error of class ClassSetting if a setting is refused or
// its value is never valid. It does not check whether a PHP knows the settings; that
// shows in its process.
func (e *Executor) CheckSettings(asked domain.Settings) error {
	_, err := e.cfg.resolveSettings(asked, domain.Runtime{})
	return err
}

// resolveSettings translates settings into directives. Its error has class ClassSetting.
func (c Config) resolveSettings(asked domain.Settings, r domain.Runtime) (settings, error) {
	var s settings
	directives := map[string]string{}
	for _, a := range asked {
		if err := s.take(a, directives, c); err != nil {
			return s, domain.Fail(domain.ClassSetting, "--set %s=%s: %w", a.Name, a.Value, err)
		}
	}
	if s.opcache != nil && *s.opcache {
		directives["opcache.enable"], directives["opcache.enable_cli"] = "1", "1"
		if s.jit != nil && directives["opcache.jit_buffer_size"] == "" {
			directives["opcache.jit_buffer_size"] = jitBuffer
		}
		if !slices.Contains(r.Extensions, "Zend OPcache") {
			s.directives = append(s.directives, domain.Setting{Name: "zend_extension", Value: "opcache"})
		}
	} else if s.opcache != nil {
		directives["opcache.enable"], directives["opcache.enable_cli"] = "0", "0"
	}
	for _, name := range slices.Sorted(maps.Keys(directives)) {
		s.directives = append(s.directives, domain.Setting{Name: name, Value: directives[name]})
	}
	return s, nil
}

// take adds one setting.
func (s *settings) take(a domain.Setting, directives map[string]string, c Config) error {
	on, isSwitch := switches[strings.ToLower(a.Value)]
	isShort := a.Name == shortJIT
	opcache := func(on bool) error {
		if s.opcache != nil && *s.opcache != on {
			return fmt.Errorf("other settings need opcache the other way")
		}
		s.opcache = &on
		return nil
	}
	switch {
	case a.Name == shortOpcache && isSwitch:
		return opcache(on)
	case a.Name == shortOpcache:
		return fmt.Errorf("opcache is on or off")
	case a.Name == shortJIT && (isSwitch && !on || a.Value == "function" || a.Value == "tracing"):
		if isSwitch {
			a.Value = "off"
		}
		if s.jit = new(!isSwitch); *s.jit {
			s.mode = a.Value
		}
		a.Name = "opcache.jit"
	case a.Name == shortJIT:
		return fmt.Errorf("jit is off, function or tracing")
	case refused[a.Name] != "":
		return fmt.Errorf("it cannot be set: %s", refused[a.Name])
	case a.Name == "error_reporting":
		if _, err := strconv.Atoi(a.Value); err != nil {
			return fmt.Errorf("it must be a number, such as 32767 for everything: an expression would be taken for a text")
		}
	case a.Name == "memory_limit":
		if size, ok := bytesOf(a.Value); !ok || size <= 0 || size > c.MemoryLimit {
			return fmt.Errorf("it must be a size above 0 and at most %d bytes, the limit of this worker", c.MemoryLimit)
		}
	}
	if before, twice := directives[a.Name]; twice && !sameValue(before, a.Value) {
		return fmt.Errorf("jit and opcache.jit say different things")
	}
	directives[a.Name] = a.Value
	if isShort {
		return opcache(true)
	}
	s.wanted = append(s.wanted, a)
	if a.Name == "opcache.jit" {
		s.jit = new((!isSwitch || on) && a.Value != "disable")
	}
	if strings.HasPrefix(a.Name, "opcache.") {
		return opcache(true)
	}
	return nil
}

// switches maps the words that PHP reads as booleans, and 0 and 1, to their values.
var switches = map[string]bool{
	"on": true, "yes": true, "true": true, "1": true,
	"off": false, "no": false, "false": false, "none": false, "0": false, "": false,
}

// bytesOf reads a size as PHP does: a number with K, M or G.
func bytesOf(text string) (int64, bool) {
	shift := 0
	if i := len(text) - 1; i > 0 {
		shift = map[byte]int{'k': 10, 'm': 20, 'g': 30}[text[i]|0x20]
	}
	if shift > 0 {
		text = text[:len(text)-1]
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n << shift, err == nil && n < 1<<32
}

// arguments returns the arguments for PHP's command line.
func (s settings) arguments() (args []string) {
	for _, d := range s.directives {
		value := d.Value
		if strings.ContainsAny(value, " \t;\"'\\&|^~()!{}[]$=`<>?*#") {
			value = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
		}
		args = append(args, "-d", d.Name+"="+value)
	}
	return args
}

// names returns the names of the directives that the harness reads back, separated by
// commas.
func (s settings) names() string {
	names := make([]string, len(s.wanted))
	for i, w := range s.wanted {
		names[i] = w.Name
	}
	return strings.Join(names, ",")
}

// inForce fails with an error of class ClassSetting if the process reports that a
// requested setting is not in force.
func (s settings) inForce(r *reading) error {
	for _, w := range s.wanted {
		value, known := r.directives[w.Name]
		switch {
		case !known:
			return domain.Fail(domain.ClassSetting, "this PHP has no directive %s: is its extension loaded?", w.Name)
		case !sameValue(w.Value, value):
			return domain.Fail(domain.ClassSetting, "%s is %q in the process, and not %q", w.Name, value, w.Value)
		}
	}
	for _, state := range []struct {
		name   string
		wanted *bool
		is     string
	}{{shortOpcache, s.opcache, r.facts[factOpcache]}, {"JIT", s.jit, r.facts[factJIT]}} {
		if state.wanted != nil && *state.wanted != (state.is != stateOff && state.is != stateAbsent) {
			return domain.Fail(domain.ClassSetting, "%s is %s in the process, which is not what was asked for", state.name, state.is)
		}
	}
	if is := r.facts[factJIT]; s.mode != "" && is != s.mode {
		return domain.Fail(domain.ClassSetting, "JIT is %s in the process, and not %s", is, s.mode)
	}
	return nil
}

// sameValue reports whether PHP reads both values as the same.
func sameValue(asked, is string) bool {
	a, aSwitch := switches[strings.ToLower(asked)]
	b, bSwitch := switches[strings.ToLower(is)]
	return asked == is || aSwitch && bSwitch && a == b
}
