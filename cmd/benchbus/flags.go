package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/domain"
)

// wholeNumber is a flag for a whole number within a range.
type wholeNumber struct {
	value    *int
	min, max int
}

func numberFlag(flags *pflag.FlagSet, target *int, name string, def, least, most int, help string) {
	*target = def
	flags.Var(&wholeNumber{target, least, most}, name, help)
}

func (n *wholeNumber) Set(text string) error {
	v, err := strconv.Atoi(text)
	if err != nil || v < n.min || v > n.max {
		return fmt.Errorf("it must be a whole number from %d to %d", n.min, n.max)
	}
	*n.value = v
	return nil
}

func (n *wholeNumber) String() string {
	if n.value == nil {
		return ""
	}
	return strconv.Itoa(*n.value)
}

func (n *wholeNumber) Type() string { return "number" }

// timeLimit is a flag for a duration within a range.
type timeLimit struct {
	value *time.Duration
	max   time.Duration
}

func timeFlag(flags *pflag.FlagSet, target *time.Duration, name string, def, most time.Duration, help string) {
	*target = def
	flags.Var(&timeLimit{target, most}, name, help)
}

func (l *timeLimit) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil || v <= 0 || v > l.max {
		return fmt.Errorf("it must be a time such as 500ms, 60s or 2m, above 0 and at most %v", l.max)
	}
	*l.value = v
	return nil
}

func (l *timeLimit) String() string {
	if l.value == nil {
		return ""
	}
	return l.value.String()
}

func (l *timeLimit) Type() string { return "time" }

// nameList is a flag for a name, which may be repeated. It refuses an empty name, such
// as that of a variable that a script forgot to set, because it would choose
// everything.
type nameList struct{ values *[]string }

func namesFlag(flags *pflag.FlagSet, target *[]string, name, help string) {
	flags.Var(&nameList{target}, name, help)
}

func (n *nameList) Set(text string) error {
	*n.values = append(*n.values, text)
	return notEmpty(text)
}

func (n *nameList) String() string {
	if n.values == nil {
		return ""
	}
	return strings.Join(*n.values, ",")
}

func (n *nameList) Type() string { return "name" }

func notEmpty(text string) error {
	if isEmpty(text) {
		return errors.New("it is empty; give a name, or leave the flag out")
	}
	return nil
}

// runtimeNames parses the values of --php-version and drops duplicates.
func runtimeNames(texts []string) ([]domain.RuntimeName, error) {
	var names []domain.RuntimeName
	for _, list := range texts {
		for text := range strings.SplitSeq(list, ",") {
			name, ok := domain.ParseRuntimeName(text)
			if !ok {
				return nil, usagef("--php-version %q is not a runtime's name; write it like php84 or 8.4", text)
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// commands parses the values of --php-command. A value is NAME=COMMAND. The command may
// have arguments, or be the path of a file, which then may contain spaces.
func commands(texts []string) (map[domain.RuntimeName][]string, error) {
	found := map[domain.RuntimeName][]string{}
	for _, text := range texts {
		left, right, _ := strings.Cut(text, "=")
		name, valid := domain.ParseRuntimeName(left)
		words, err := shellWords(right)
		if info, statErr := os.Stat(right); statErr == nil && !info.IsDir() {
			words, err = []string{right}, nil
		}
		if err == nil && (!valid || len(words) == 0 || words[0] == "") {
			err = errors.New("a part is missing")
		}
		if err != nil {
			return nil, usagef("--php-command %q must be written NAME=COMMAND, like php84=/opt/php/bin/php, with quotes around what holds spaces: %w", text, err)
		}
		found[name] = words
	}
	return found, nil
}

// one demands exactly one argument. If it is missing, the error says what it should be.
func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("give %s, and nothing else; there were %d arguments", what, len(args))
		}
		return nil
	}
}

const aRun = `a run: its id, the beginning of it, or "last"`
