package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/domain"
)

// removeFlags choose the runs to remove.
type removeFlags struct {
	storeFlags
	olderThan time.Duration // 0 means any age
	keep      int
}

func (a *app) removeRunsCommand() *cobra.Command {
	var f removeFlags
	cmd := &cobra.Command{
		Use:   "remove [RUN...]",
		Short: "Remove runs and their results from the store",
		Long: `Remove runs and their results from the store, and print which. A run is named by
its id, the beginning of it, or "last"; or runs are chosen by age, by number, or by
both. A run that is worked at is never removed. The file does not shrink: later
runs take the room.`,
		Example: `  benchbus runs remove last
  benchbus runs remove --older-than 30d
  benchbus runs remove --keep 100`,
		RunE: func(cmd *cobra.Command, names []string) error {
			chosen := f.olderThan > 0 || cmd.Flags().Changed("keep")
			switch {
			case len(names) == 0 && !chosen:
				return usagef("say on the command line which runs: their ids, --older-than, or --keep")
			case len(names) > 0 && chosen:
				return usagef("give ids, or choose by --older-than and --keep, not both")
			}
			return a.removeRuns(&f, names)
		},
	}
	cmd.ValidArgsFunction = completeRuns
	flags := cmd.Flags()
	flags.Var((*age)(&f.olderThan), "older-than", "every run that was made longer ago, such as 12h, 30d or 8w")
	numberFlag(flags, &f.keep, "keep", 0, 0, 1_000_000, "every run but so many of the newest")
	commandLineOnly(flags, "older-than", "keep")
	f.storeFlags.register(flags)
	return cmd
}

func (a *app) removeRuns(f *removeFlags, names []string) error {
	ctx := a.stop.drain
	store, err := f.storeFlags.existing(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	now := time.Now()
	var ids []domain.RunID
	if len(names) > 0 {
		ids, err = named(ctx, store, names, now)
	} else {
		ids, err = expired(ctx, store, f.keep, now.Add(-f.olderThan))
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		switch err := store.RemoveRun(ctx, id, now); {
		case errors.Is(err, domain.ErrRunActive):
			fmt.Fprintf(a.stderr, "benchbus: left alone: %v\n", err)
		case errors.Is(err, domain.ErrRunNotFound): // another process removed it
		case err != nil:
			return unavailable(err)
		default:
			if _, err := fmt.Fprintln(a.stdout, "removed", id); err != nil {
				return err
			}
		}
	}
	return nil
}

// named finds the runs that a person names. It fails if one of them is active, and so
// cannot be removed.
func named(ctx context.Context, store domain.Store, names []string, now time.Time) (ids []domain.RunID, err error) {
	for _, name := range names {
		id, err := find(ctx, store, name)
		if err != nil {
			return nil, err
		}
		run, err := store.Run(ctx, id)
		if err != nil {
			return nil, unavailable(err)
		}
		if state := run.At(now).State; state.Active() {
			return nil, usagef("run %s is %s and nothing was removed; give it up first, with Ctrl-C where it runs, or: benchbus cancel %s", id, state, id)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// expired returns the runs that were created before that time, except the newest ones,
// of which it keeps that many.
func expired(ctx context.Context, store domain.Store, keep int, before time.Time) (ids []domain.RunID, err error) {
	runs, err := store.Runs(ctx, "", 0)
	if err != nil {
		return nil, unavailable(err)
	}
	for _, run := range runs[min(keep, len(runs)):] {
		if run.Created.Before(before) {
			ids = append(ids, run.ID)
		}
	}
	return ids, nil
}

// age is a flag for a duration, which may be in hours, days or weeks too.
type age time.Duration

func (a *age) Set(text string) error {
	const day, most = 24 * time.Hour, 100 * 365 * 24 * time.Hour
	value, err := time.ParseDuration(text)
	for suffix, unit := range map[string]time.Duration{"d": day, "w": 7 * day} {
		if number, ok := strings.CutSuffix(text, suffix); ok {
			var n int
			n, err = strconv.Atoi(number)
			value = time.Duration(min(n, int(most/unit)+1)) * unit
		}
	}
	if err != nil || value <= 0 || value > most {
		return errors.New("it must be a time such as 12h, 30d or 8w, above 0 and at most 100 years")
	}
	*a = age(value)
	return nil
}

func (a *age) String() string {
	if a == nil || *a == 0 {
		return ""
	}
	return time.Duration(*a).String()
}

func (a *age) Type() string { return "time" }
