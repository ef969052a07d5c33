package project

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// fillBin makes the folder that stands first on the PATH of the preparation, with a php and
// a composer that runs in it, whatever PHP is named in composer's first line.
func (r preparation) fillBin(ctx context.Context, bin string) error {
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return err
	}
	composer, err := exec.LookPath("composer")
	if err != nil && !r.own {
		return fmt.Errorf("%w: %s has a composer.json and no %s/, and composer is not on the PATH; install it, on Debian and its kin with: apt-get install composer; or give another command with --prepare, where none stands for no preparation",
			ErrPrepare, r.t.Source.Name, r.vendor)
	}
	command := slices.Clone(r.p.cfg.PHP) // calls at the same time share the configuration
	if len(command) == 0 {
		return nil
	}
	if command[0], err = exec.LookPath(command[0]); err != nil {
		return fmt.Errorf("%w: the PHP for it cannot be started: %w", ErrPrepare, err)
	}
	if command[0], err = filepath.Abs(command[0]); err != nil {
		return err
	}
	if err := launcher(filepath.Join(bin, "php"), command); err != nil {
		return err
	}
	if composer == "" || !isPHPScript(composer) {
		return nil
	}
	if composer, err = filepath.Abs(composer); err != nil {
		return err
	}
	return r.composerLauncher(ctx, bin, command, composer)
}

// composerLauncher writes the composer of the preparation. It runs in the PHP that is asked
// for, or in that of the PATH if composer is too old or too new for it.
func (r preparation) composerLauncher(ctx context.Context, bin string, asked []string, composer string) error {
	cmd := exec.CommandContext(ctx, asked[0], append(asked[1:len(asked):len(asked)], composer, "--version", "--no-plugins", "--no-interaction")...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = r.w.home, cleanEnvironment(os.Environ()), time.Second
	detach(cmd)
	file := filepath.Join(bin, "composer")
	if cmd.Run() == nil {
		return launcher(file, append(asked, composer))
	}
	other, err := exec.LookPath("php")
	if err != nil {
		return launcher(file, append(asked, composer))
	}
	return launcher(file, []string{"/bin/sh", "-c", `: >"$1"; shift; exec "$@"`, "sh", r.otherPHP(), other, composer})
}

// otherPHP is the file that is there once composer has run in another PHP than the one that
// is asked for.
func (r preparation) otherPHP() string { return filepath.Join(r.w.home, "other-php") }

// tellOtherPHP notes that composer has run in another PHP.
func (r preparation) tellOtherPHP() {
	if other, err := exec.LookPath("php"); err == nil && exists(r.otherPHP()) {
		r.t.note("composer does not work in the PHP that measures and ran in %s, whose version it goes by where composer.lock leaves a choice", other)
	}
}

// isPHPScript reports whether the file's first line has it started by a PHP.
func isPHPScript(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 200)
	n, _ := f.Read(start)
	line, _, _ := bytes.Cut(start[:n], []byte("\n"))
	return bytes.HasPrefix(line, []byte("#!")) && bytes.Contains(line, []byte("php"))
}

// launcher writes a script that becomes the command with the arguments it is given.
func launcher(file string, command []string) error {
	var words []string
	for _, word := range command {
		words = append(words, shellQuote(word))
	}
	return os.WriteFile(file, []byte("#!/bin/sh\nexec "+strings.Join(words, " ")+" \"$@\"\n"), 0o700)
}
