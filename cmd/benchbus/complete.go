package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/catalog"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
)

// offer completes a word with the completions that the function returns. It applies the
// environment variables first, as the command does when it runs.
func offer(directive cobra.ShellCompDirective, offers func(cmd *cobra.Command, word string) ([]cobra.Completion, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		err := flagsFromEnvironment(cmd.Flags(), args)
		var found []cobra.Completion
		if err == nil {
			found, err = offers(cmd, word)
		}
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return found, directive | cobra.ShellCompDirectiveNoFileComp
	}
}

// words completes with a fixed list of words.
func words[T ~string](all ...T) cobra.CompletionFunc {
	return offer(cobra.ShellCompDirectiveKeepOrder, func(*cobra.Command, string) (offers []cobra.Completion, _ error) {
		for _, word := range all {
			offers = append(offers, cobra.Completion(word))
		}
		return offers, nil
	})
}

// completeFlags adds completions of the values of the flags, for the command and all
// its subcommands.
func completeFlags(cmd *cobra.Command) {
	for name, complete := range map[string]cobra.CompletionFunc{
		"format":     words(report.Formats()...),
		"queue-type": words(rabbitmq.QueueAuto, rabbitmq.QueueQuorum, rabbitmq.QueueClassic),
		"log-format": words("text", "json"),
		"log-level":  words("debug", "info", "warn", "error"),
		"php-ini":    words("default", "none"),
		"class":      words(domain.FailureClasses()...),
		"bus":        offer(cobra.ShellCompDirectiveNoSpace, buses),
		"run":        completeRuns,
		"test":       completeBenchmarks,
		"group":      completeValues(func(b *domain.Benchmark) []string { return []string{b.Group} }),
		"category":   completeValues(func(b *domain.Benchmark) []string { return []string{b.Category} }),
		"tag":        completeValues(func(b *domain.Benchmark) []string { return b.Tags }),
		"php-version": completeValues(func(b *domain.Benchmark) []string {
			return strings.Fields(join(b.Runtimes))
		}),
	} {
		if cmd.LocalFlags().Lookup(name) != nil {
			_ = cmd.RegisterFlagCompletionFunc(name, complete) // fails only for a flag that is not there
		}
	}
	for _, sub := range cmd.Commands() {
		completeFlags(sub)
	}
}

// buses offers the beginnings of addresses, and the default bus if the command has one.
func buses(cmd *cobra.Command, _ string) ([]cobra.Completion, error) {
	offers := []cobra.Completion{"amqp://", "amqps://"}
	if usual := cmd.Flags().Lookup("bus").DefValue; usual != "" {
		offers = append(offers, usual)
	}
	return offers, nil
}

// definitions loads the definitions that the command line chooses.
func definitions(cmd *cobra.Command) (*catalog.Catalog, error) {
	dirs, err := cmd.Flags().GetStringArray("catalog")
	if err != nil {
		return nil, err
	}
	return (&catalogFlags{dirs}).load()
}

// completeBenchmarks offers the slugs and the names that begin with the word. It offers
// names only once a word has begun.
var completeBenchmarks = offer(0, func(cmd *cobra.Command, word string) ([]cobra.Completion, error) {
	all, err := definitions(cmd)
	if err != nil {
		return nil, err
	}
	var offers []cobra.Completion
	for _, b := range all.All() {
		if strings.HasPrefix(b.Slug, word) {
			offers = append(offers, cobra.CompletionWithDesc(b.Slug, b.Name))
		}
		if word != "" && b.Name != b.Slug && strings.HasPrefix(b.Name, word) {
			offers = append(offers, cobra.CompletionWithDesc(b.Name, b.Slug))
		}
	}
	return offers, nil
})

// completeValues offers all values of a property of the benchmarks.
func completeValues(of func(*domain.Benchmark) []string) cobra.CompletionFunc {
	return offer(0, func(cmd *cobra.Command, _ string) (offers []cobra.Completion, err error) {
		all, err := definitions(cmd)
		if err != nil {
			return nil, err
		}
		for _, b := range all.All() {
			offers = append(offers, of(b)...)
		}
		slices.Sort(offers)
		return slices.Compact(offers), nil
	})
}

// completeRuns offers the newest runs.
var completeRuns = offer(cobra.ShellCompDirectiveKeepOrder, func(cmd *cobra.Command, _ string) ([]cobra.Completion, error) {
	path, err := cmd.Flags().GetString("store")
	if err != nil {
		return nil, err
	}
	ctx := cmd.Context()
	store, err := (&storeFlags{path}).read(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	runs, err := store.Runs(ctx, "", 20)
	if err != nil {
		return nil, err
	}
	offers := []cobra.Completion{cobra.CompletionWithDesc("last", "the newest run")}
	for _, r := range runs {
		offers = append(offers, cobra.CompletionWithDesc(string(r.ID), string(r.State)+" "+shorten(r.Benchmarks)))
	}
	return offers, nil
})
