package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/report"
	"github.com/benchbus/benchbus/domain/stats"
)

// outputFlags say how data is printed, and where.
type outputFlags struct {
	format  report.Format
	file    string
	verbose bool
	order   report.Order
	// reading is how a report reads the samples.
	reading stats.Options
	// instructions says that they are wanted, in place of times or beside them.
	instructions bool
}

func (o *outputFlags) register(flags *pflag.FlagSet) {
	o.format = report.FormatTable
	flags.Var(formatFlag{&o.format}, "format", "table, json, csv or markdown")
	flags.StringVarP(&o.file, "output", "o", "", "file to write to instead of standard output")
}

// registerReport adds the flags of a command that prints the report of a run.
func (o *outputFlags) registerReport(flags *pflag.FlagSet) {
	o.register(flags)
	o.registerVerbose(flags, "print every column, and the distribution of the samples, too")
	o.order = report.OrderPlan
	flags.Var(orderFlag{&o.order}, "sort", "order of the benchmarks: plan, name, or time, the fastest first")
	o.registerReading(flags)
}

func (o *outputFlags) registerVerbose(flags *pflag.FlagSet, help string) {
	flags.BoolVar(&o.verbose, "verbose", false, help)
}

type formatFlag struct{ value *report.Format }

func (f formatFlag) Set(text string) error {
	format, err := report.ParseFormat(text)
	if err == nil {
		*f.value = format
	}
	return err
}

func (f formatFlag) String() string {
	if f.value == nil {
		return ""
	}
	return string(*f.value)
}

func (f formatFlag) Type() string { return "format" }

type orderFlag struct{ value *report.Order }

func (f orderFlag) Set(text string) error {
	order, err := report.ParseOrder(text)
	if err == nil {
		*f.value = order
	}
	return err
}

func (f orderFlag) String() string {
	if f.value == nil {
		return ""
	}
	return string(*f.value)
}

func (f orderFlag) Type() string { return "order" }

// check finds out before a long run whether the file can be written.
func (o *outputFlags) check() error {
	if o.file == "" {
		return nil
	}
	_, err := o.open()
	return err
}

func (o *outputFlags) open() (outputFile, error) {
	file, err := openOutput(o.file)
	if err != nil {
		return file, usagef("--output %s cannot be written: %w", o.file, err)
	}
	return file, nil
}

// write prints to the file or to standard output.
func (a *app) write(o *outputFlags, render func(w io.Writer, opts report.Options) error) error {
	opts := report.Options{Verbose: o.verbose, Order: o.order}
	if o.file == "" {
		opts.Colour, opts.Width = canColour(a.output.out), columns(a.output.out)
		return render(a.output, opts)
	}
	file, err := o.open()
	if err != nil {
		return err
	}
	if err := file.write(func(w io.Writer) error { return render(w, opts) }); err != nil {
		return &exitError{exitOutput, fmt.Errorf("--output %s cannot be written: %w", o.file, err)}
	}
	return nil
}

// writeTable prints a table as the flags say.
func (a *app) writeTable(o *outputFlags, table report.Table) error {
	return a.write(o, func(w io.Writer, opts report.Options) error { return report.WriteTable(w, o.format, table, opts) })
}

// count shows how many of something there are.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
