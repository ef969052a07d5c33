package main

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) listCommand() *cobra.Command {
	var f struct {
		selectFlags
		readFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "list [BENCHMARK...]",
		Short: "List the benchmarks",
		RunE: func(_ *cobra.Command, args []string) error {
			from, err := a.read(&f.readFlags, &f.selectFlags.catalogFlags)
			if err != nil {
				return err
			}
			benchmarks, err := from.choose(&f.selectFlags, args)
			if err != nil {
				return err
			}
			table := report.Table{
				Columns: []report.Column{
					{Key: "slug", Title: "Slug"}, {Key: "name", Title: "Name", Width: 16}, {Key: "category", Title: "Category", Verbose: true},
					{Key: "group", Title: "Group"}, {Key: "runtimes", Title: "Runtimes", Verbose: true},
				},
				JSON: map[string]any{"schema": "benchbus.benchmarks.v1", "benchmarks": printAll(benchmarks, printBenchmark)},
			}
			for _, b := range benchmarks {
				table.Rows = append(table.Rows, []any{b.Slug, b.Name, b.Category, from.groups(b), span(b.Runtimes)})
			}
			return a.writeTable(&f.outputFlags, table)
		},
	}
	cmd.ValidArgsFunction = completeBenchmarks
	f.selectFlags.register(cmd.Flags())
	f.readFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	f.outputFlags.registerVerbose(cmd.Flags(), "list category and runtimes, too")
	return cmd
}

// span shortens a list of runtimes to its first and last.
func span(names []domain.RuntimeName) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return string(names[0])
	}
	return string(names[0]) + " … " + string(names[len(names)-1])
}

func (a *app) showCommand() *cobra.Command {
	var f struct {
		catalogFlags
		readFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a benchmark's definition",
		Args:  one("a benchmark: its slug or name, as `benchbus list` shows it"),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := a.read(&f.readFlags, &f.catalogFlags)
			if err != nil {
				return err
			}
			b, err := all.Find(args[0])
			if err != nil {
				return usage(err)
			}
			return a.write(&f.outputFlags, func(w io.Writer, opts report.Options) error {
				return report.WriteDetails(w, f.format, definition(b, all), opts)
			})
		},
	}
	cmd.ValidArgsFunction = completeBenchmarks
	f.catalogFlags.register(cmd.Flags())
	f.readFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	return cmd
}

// definition returns the details of a benchmark, with its code unchanged.
func definition(b *domain.Benchmark, from *suite) report.Details {
	d := report.Details{JSON: printBenchmark(b)}
	add := func(fields *[]report.Field, name, value string) {
		if value != "" {
			*fields = append(*fields, report.Field{Name: name, Value: value})
		}
	}
	add(&d.Fields, "slug", b.Slug)
	add(&d.Fields, "name", b.Name)
	add(&d.Fields, "category", b.Category)
	add(&d.Fields, "group", b.Group)
	add(&d.Fields, "description", b.Description)
	add(&d.Fields, "icon", b.Icon)
	add(&d.Fields, "tags", strings.Join(b.Tags, " "))
	add(&d.Fields, "runtimes", join(b.Runtimes))
	add(&d.Fields, "settings", b.With(nil).String())
	add(&d.Fields, "parameters", strings.Join(from.Parameters(b), "; "))
	add(&d.Fields, "bootstrap", b.Bootstrap)
	for _, name := range slices.Sorted(maps.Keys(b.Env)) {
		add(&d.Fields, "env", name+"="+b.Env[name])
	}
	from.describe(b, func(name, value string) { add(&d.Fields, name, value) })
	if b.Warmup != nil {
		add(&d.Fields, "warmup", strconv.Itoa(*b.Warmup))
	}
	revolutions := "calibrated"
	if b.Revolutions > 0 {
		revolutions = strconv.Itoa(b.Revolutions)
	}
	add(&d.Fields, "revolutions", revolutions)
	for _, part := range []struct{ name, code string }{{"before the iteration", b.BeforeIteration}, {"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown}, {"after the iteration", b.AfterIteration}} {
		add(&d.Texts, part.name, strings.TrimRight(part.code, "\n"))
	}
	return d
}

func join(names []domain.RuntimeName) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	return strings.Join(texts, " ")
}
