package php

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// askTimeout bounds how long a PHP may take to say which version it is.
const askTimeout = 10 * time.Second

// candidate is a command that may be a PHP.
type candidate struct {
	command []string
	// want is the runtime that it was configured for; empty: it will say.
	want domain.RuntimeName
	rank int // the lower one is taken when two are the same runtime
	err  error
	domain.Runtime
}

var binaryPattern = regexp.MustCompile(`^php(?:[5-9](?:\.[0-9]{1,2}|[0-9]{1,2})?)?$`)

// discover asks everything that may be a PHP, all at once.
func (c Config) discover(ctx context.Context) (found []domain.Runtime, broken map[domain.RuntimeName]error) {
	candidates := c.candidates()
	var asked sync.WaitGroup
	for i := range candidates {
		asked.Go(func() { candidates[i].ask(ctx, c) })
	}
	asked.Wait()
	slices.SortStableFunc(candidates, func(a, b candidate) int { return a.rank - b.rank })
	broken = map[domain.RuntimeName]error{}
	for _, k := range candidates {
		switch {
		case k.err != nil:
			c.Logger.Warn("a PHP that does not work was passed over", "command", strings.Join(k.command, " "), "error", k.err)
			if k.want != "" {
				broken[k.want] = k.err
			}
		case !slices.ContainsFunc(found, func(r domain.Runtime) bool { return r.Name == k.Name }):
			found = append(found, k.Runtime)
		}
	}
	slices.SortFunc(found, func(a, b domain.Runtime) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return found, broken
}

func (c Config) candidates() []candidate {
	var all []candidate
	for name, command := range c.Commands {
		all = append(all, candidate{command: command, want: name, rank: 0})
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if name := entry.Name(); binaryPattern.MatchString(name) {
				rank := 3 // php
				if strings.Contains(name, ".") {
					rank = 1 // php8.4
				} else if name != "php" {
					rank = 2 // php84
				}
				all = append(all, candidate{command: []string{filepath.Join(dir, name)}, rank: rank})
			}
		}
	}
	for _, dir := range c.RuntimesDirs {
		launchers, _ := filepath.Glob(filepath.Join(dir, "php[0-9]*", "bin", "php"))
		for _, launcher := range launchers {
			if absolute, err := filepath.Abs(launcher); err == nil {
				all = append(all, candidate{command: []string{absolute}, rank: 4})
			}
		}
	}
	return all
}

// ask starts the candidate and reads what it says of itself.
func (k *candidate) ask(ctx context.Context, c Config) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	args := append(append(slices.Clone(k.command[1:]), c.iniArguments()...),
		"-r", `echo PHP_MAJOR_VERSION, PHP_MINOR_VERSION, "\n", PHP_VERSION, "\n", implode(",", get_loaded_extensions());`)
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, k.command[0], args...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	if err := cmd.Run(); err != nil {
		k.err = fmt.Errorf("%w %s", err, strings.TrimSpace(errs.String()))
		return
	}
	lines := strings.SplitN(out.String(), "\n", 3)
	name, ok := domain.ParseRuntimeName(lines[0])
	if len(lines) != 3 || !ok || !strings.HasPrefix(string(name), "php") {
		k.err = errors.New("it does not answer like PHP")
		return
	}
	if k.want != "" && k.want != name {
		k.err = fmt.Errorf("it is %s, not %s", name, k.want)
		return
	}
	extensions := strings.Split(lines[2], ",")
	slices.SortFunc(extensions, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	k.Runtime = domain.Runtime{Name: name, Version: lines[1], Command: k.command, IniMode: c.Ini, Extensions: extensions}
}

// HowToGet says how to make a runtime available.
func HowToGet(name domain.RuntimeName) string {
	version := "X.Y"
	if digits, ok := strings.CutPrefix(string(name), "php"); ok && len(digits) >= 2 {
		version = digits[:1] + "." + digits[1:]
	}
	return fmt.Sprintf("install it with scripts/php-runtime %s or the system's package manager, or point at one with --php-command %s=/path/to/php", version, name)
}
