package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrPrepare is in the errors of preparations that failed.
var ErrPrepare = errors.New("the preparation failed")

// preparation is what is to be done in the working tree of one revision.
type preparation struct {
	p       *Project
	w       *worktree
	t       *Tree
	command string
	// own is true if the person gave the command. Then nobody knows what it reads and
	// writes; the default command reads composer's files and writes vendor/.
	own    bool
	vendor string
}

// prepare makes what the revision lacks.
func (p *Project) prepare(ctx context.Context, t *Tree, w *worktree) error {
	r := preparation{p: p, w: w, t: t, command: p.cfg.Prepare, own: p.cfg.Prepare != "", vendor: vendorDir(t.Root)}
	if r.command == PrepareNone {
		return nil
	}
	if !r.own {
		if !exists(localPath(t.Root, "composer.json")) || exists(localPath(t.Root, r.vendor)) {
			return nil
		}
		r.command = DefaultPrepare
		reason, err := p.copyVendor(ctx, t.Root)
		if err == nil && reason == "" {
			t.note("%s/ is a copy of the working tree's, which was installed for the same composer files", r.vendor)
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s/ of the working tree cannot be copied: %w", r.vendor, err)
		}
		r.log("%s/ of the working tree is not taken: %s", r.vendor, reason)
		if !exists(localPath(t.Root, "composer.lock")) {
			t.note("there is no composer.lock; composer chose the versions of the packages when %s/ was prepared", r.vendor)
		}
	}
	key, err := r.key(ctx)
	if err != nil {
		return err
	}
	return r.p.cached(ctx, key, t, func() ([]string, error) {
		if err := r.run(ctx); err != nil {
			return nil, err
		}
		return r.made(ctx)
	})
}

func (r preparation) log(format string, args ...any) {
	_, _ = fmt.Fprintf(r.p.cfg.Log, "preparing %s: %s\n", r.t.Source.Name, fmt.Sprintf(format, args...))
}

// run runs the command in the revision's folder.
func (r preparation) run(ctx context.Context) error {
	bin := filepath.Join(r.w.home, "bin")
	if err := r.fillBin(ctx, bin); err != nil {
		return err
	}
	last := &tail{}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", r.command)
	cmd.Dir = r.t.Root
	cmd.Env = append(cleanEnvironment(os.Environ()), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out := io.MultiWriter(r.p.cfg.Log, last)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, out, time.Second
	detach(cmd)
	r.log("%s", r.command)
	err := cmd.Run()
	if cmd.Process != nil {
		_ = killSession(cmd) // what it has left behind
	}
	r.tellOtherPHP()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return nil
	}
	text := ""
	if lines := last.String(); lines != "" {
		text = "; its last lines:\n" + lines
	}
	return fmt.Errorf("%w in %s (%s: %w); mend it, or give another command with --prepare, where none stands for no preparation%s", ErrPrepare, r.t.Source.Name, r.command, err, text)
}

// made lists what the command has made, or nothing if a copy of it would not do.
func (r preparation) made(ctx context.Context) ([]string, error) {
	g := git{program: r.p.repo.program, dir: r.t.Root}
	paths, err := g.paths(ctx, "ls-files", "-z", "--others")
	if err != nil {
		return nil, err
	}
	if r.own {
		deleted, err := g.paths(ctx, "ls-files", "-z", "--deleted")
		if err != nil || len(deleted) > 0 {
			return nil, err
		}
		modified, err := g.paths(ctx, "ls-files", "-z", "--modified")
		if err != nil {
			return nil, err
		}
		paths = append(paths, modified...)
	}
	l := newListing(Config{})
	for _, name := range paths {
		inner, isRepository := strings.CutSuffix(name, "/")
		if info, err := os.Lstat(localPath(r.t.Root, inner)); err == nil && info.IsDir() && !isRepository {
			return nil, nil // a sub-module
		}
		if isRepository {
			if err := l.walk(localPath(r.t.Root, inner), inner, true, versionControl); err != nil {
				return nil, err
			}
			continue
		}
		l.files[name] = true
	}
	var made []string
	for name := range l.files {
		made = append(made, name)
	}
	slices.Sort(made)
	return made, nil
}
