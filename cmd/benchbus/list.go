package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain"
)

func (a *app) listCommand() *cobra.Command {
	var f struct {
		catalogFlags
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the benchmarks",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := f.catalogFlags.load()
			if err != nil {
				return err
			}
			table := report.Table{
				Columns: []report.Column{
					{Key: "slug", Title: "Slug"}, {Key: "name", Title: "Name", Width: 36}, {Key: "category", Title: "Category"},
					{Key: "group", Title: "Group"}, {Key: "runtimes", Title: "Runtimes"},
				},
				JSON: map[string]any{"schema": "benchbus.benchmarks.v1", "benchmarks": all.All()},
			}
			for _, b := range all.All() {
				table.Rows = append(table.Rows, []any{b.Slug, b.Name, b.Category, b.Group, span(b.Runtimes)})
			}
			return a.writeTable(&f.outputFlags, table)
		},
	}
	f.catalogFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	return cmd
}

// span shortens a list of runtimes to its ends.
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
		outputFlags
	}
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a benchmark's definition",
		Args:  one("a benchmark: its slug or name, as `benchbus list` shows it"),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := f.catalogFlags.load()
			if err != nil {
				return err
			}
			b, err := all.Find(args[0])
			if err != nil {
				return usage(err)
			}
			table := report.Table{
				Columns: []report.Column{{Key: "field", Title: "Field"}, {Key: "value", Title: "Value", Width: 90, Lines: true}},
				JSON:    b,
			}
			add := func(field string, value any) { table.Rows = append(table.Rows, []any{field, value}) }
			add("slug", b.Slug)
			add("name", b.Name)
			add("category", b.Category)
			for _, optional := range []struct{ field, value string }{
				{"group", b.Group}, {"description", b.Description}, {"icon", b.Icon}, {"tags", strings.Join(b.Tags, " ")},
				{"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown},
			} {
				if optional.value != "" {
					add(optional.field, strings.TrimRight(optional.value, "\n"))
				}
			}
			add("runtimes", join(b.Runtimes))
			if b.Warmup != nil {
				add("warmup", *b.Warmup)
			}
			if b.Revolutions > 0 {
				add("revolutions", b.Revolutions)
			} else {
				add("revolutions", "calibrated")
			}
			return a.writeTable(&f.outputFlags, table)
		},
	}
	cmd.ValidArgsFunction = completeBenchmarks(&f.catalogFlags)
	f.catalogFlags.register(cmd.Flags())
	f.outputFlags.register(cmd.Flags())
	return cmd
}

func join(names []domain.RuntimeName) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	return strings.Join(texts, " ")
}
