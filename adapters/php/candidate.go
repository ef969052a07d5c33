package php

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// askTimeout limits how long a candidate may take to answer the question.
const askTimeout = 10 * time.Second

var (
	// versionName matches runtime names that promise a version.
	versionName = regexp.MustCompile(`^php([0-9])([0-9]{1,2})$`)
	binaryName  = regexp.MustCompile(`^php(?:[0-9]\.[0-9]{1,2}|[0-9]{2,3})?$`)
)

// Ranks of candidates: if several are the same runtime, the lowest rank is taken.
const (
	rankConfigured = iota
	rankDotted     // php8.4
	rankPlain      // php84
	rankBare       // php
	rankFolder
)

// candidate is a command that may be a PHP.
type candidate struct {
	command []string
	// want is the runtime that the command is configured for. If it is empty, the
	// answer to the question decides.
	want    domain.RuntimeName
	rank    int
	runtime domain.Runtime
	err     error
}

// candidates lists the commands that may be a PHP, without starting them.
func (c Config) candidates() []candidate {
	var all []candidate
	for _, name := range slices.Sorted(maps.Keys(c.Commands)) {
		command := slices.Clone(c.Commands[name])
		if strings.ContainsRune(command[0], filepath.Separator) {
			command[0] = absolute(command[0]) // it is started in another folder
		}
		all = append(all, candidate{command: command, want: name, rank: rankConfigured})
	}
	all = append(all, onPath(os.Getenv("PATH"))...)
	for _, dir := range c.RuntimesDirs {
		for _, launcher := range glob(dir, "php[0-9]*/bin/php") {
			all = append(all, candidate{command: []string{launcher}, rank: rankFolder})
		}
	}
	return all
}

// onPath finds candidates in the folders of the PATH. It takes a file once even if
// two folders have it under the same name, because one is a link to the other.
func onPath(path string) []candidate {
	var all []candidate
	seen := map[string]bool{}
	for _, dir := range filepath.SplitList(path) {
		entries, err := os.ReadDir(dir)
		if err != nil || !filepath.IsAbs(dir) {
			continue
		}
		for _, entry := range entries {
			name := entry.Name()
			if !binaryName.MatchString(name) {
				continue
			}
			file := filepath.Join(dir, name)
			real, err := filepath.EvalSymlinks(file)
			info, statErr := os.Stat(file)
			if err != nil || statErr != nil || info.IsDir() || info.Mode()&0o111 == 0 || seen[name+":"+real] {
				continue
			}
			seen[name+":"+real] = true
			rank := rankPlain
			switch {
			case name == "php":
				rank = rankBare
			case strings.Contains(name, "."):
				rank = rankDotted
			}
			all = append(all, candidate{command: []string{file}, rank: rank})
		}
	}
	return all
}

// question is the code that candidates execute. The lines of its answer have a prefix,
// since PHP may print warnings about its configuration before.
const question = `echo "\nanswer ", PHP_SAPI, "\nanswer php", PHP_MAJOR_VERSION, PHP_MINOR_VERSION, "\nanswer ", PHP_VERSION;` +
	`foreach (get_loaded_extensions() as $e) { echo "\nanswer ", $e; } echo "\n";`

// ask starts the candidate with the question and notes the answer.
func (k *candidate) ask(c Config) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	args := slices.Concat(k.command[1:], c.arguments(), []string{"-r", question})
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(ctx, k.command[0], args...)
	cmd.Env, cmd.Dir = c.environment("/", 0), "/"
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &complaints, time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("it did not answer within %v", askTimeout)
		}
		line, _, _ := strings.Cut(strings.TrimSpace(complaints.String()), "\n")
		k.err = errors.New(strings.TrimSpace(err.Error() + " " + line))
		return
	}
	var answers []string
	for line := range strings.Lines(out.String()) {
		if answer, ok := strings.CutPrefix(line, "answer "); ok {
			answers = append(answers, strings.TrimSpace(answer))
		}
	}
	if len(answers) < 3 {
		k.err = errors.New("it does not answer like PHP")
		return
	}
	k.note(answers[0], domain.RuntimeName(answers[1]), answers[2], answers[3:], c)
}

// note sets runtime or err from the candidate's answer.
func (k *candidate) note(sapi string, name domain.RuntimeName, version string, extensions []string, c Config) {
	switch {
	case sapi != "cli":
		k.err = fmt.Errorf("it is PHP's %s, and not its command line", sapi)
		return
	case k.want == "":
	case versionName.MatchString(string(k.want)) && k.want != name:
		k.err = fmt.Errorf("it is PHP %s", version)
		return
	default:
		name = k.want
	}
	slices.SortFunc(extensions, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	k.runtime = domain.Runtime{Name: name, Version: version, Command: k.command, IniMode: c.Ini, Extensions: extensions}
}
