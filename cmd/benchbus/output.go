package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

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
	probe, err := os.CreateTemp(filepath.Dir(o.file), ".benchbus-*")
	if err != nil {
		return usagef("--output %s cannot be written: %w", o.file, err)
	}
	probe.Close()
	return os.Remove(probe.Name())
}

// write prints to the file or to standard output. The file appears whole or
// not at all.
func (a *app) write(o *outputFlags, render func(w io.Writer, opts report.Options) error) error {
	if o.file == "" {
		return render(a.stdout, report.Options{Colour: isTerminal(a.stdout) && os.Getenv("NO_COLOR") == ""})
	}
	temp, err := os.CreateTemp(filepath.Dir(o.file), ".benchbus-*")
	if err != nil {
		return usagef("--output %s cannot be written: %w", o.file, err)
	}
	defer os.Remove(temp.Name())
	err = render(temp, report.Options{})
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(temp.Name(), o.file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", o.file, err)
	}
	return nil
}

// writeTable prints a table as the flags say.
func (a *app) writeTable(o *outputFlags, table report.Table) error {
	return a.write(o, func(w io.Writer, opts report.Options) error { return report.WriteTable(w, o.format, table, opts) })
}
