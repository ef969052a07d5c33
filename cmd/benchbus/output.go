package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/report"
)

// outputFlags say how data is printed, and where.
type outputFlags struct {
	format report.Format
	file   string
}

func (o *outputFlags) register(flags *pflag.FlagSet) {
	o.format = report.FormatTable
	flags.Var(formatFlag{&o.format}, "format", "table, json, csv or markdown")
	flags.StringVarP(&o.file, "output", "o", "", "file to write to instead of standard output")
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
	if o.file == "" {
		return render(a.output, report.Options{Colour: canColour(a.output.out)})
	}
	file, err := o.open()
	if err != nil {
		return err
	}
	if err := file.write(func(w io.Writer) error { return render(w, report.Options{}) }); err != nil {
		return &exitError{exitOutput, fmt.Errorf("--output %s cannot be written: %w", o.file, err)}
	}
	return nil
}

// writeTable prints a table as the flags say.
func (a *app) writeTable(o *outputFlags, table report.Table) error {
	return a.write(o, func(w io.Writer, opts report.Options) error { return report.WriteTable(w, o.format, table, opts) })
}
