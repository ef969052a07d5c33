package main

import (
	"context"

	"github.com/spf13/cobra"
)

// completeBenchmarks offers the slugs of the catalogue.
func completeBenchmarks(c *catalogFlags) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		all, err := c.load()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var offers []cobra.Completion
		for _, b := range all.All() {
			offers = append(offers, cobra.CompletionWithDesc(b.Slug, b.Name))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeRuns offers the newest runs.
func completeRuns(s *storeFlags) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		store, err := s.open(context.Background())
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		defer store.Close()
		runs, err := store.Runs(context.Background(), "", 20)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		offers := []cobra.Completion{cobra.CompletionWithDesc("last", "the newest run")}
		for _, r := range runs {
			offers = append(offers, cobra.CompletionWithDesc(string(r.ID), string(r.State)+" "+shorten(r.Benchmarks)))
		}
		return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}
