package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/catalog"
)

func (a *app) validateCommand() *cobra.Command {
	var f readFlags
	cmd := &cobra.Command{
		Use:   "validate [PATH...]",
		Short: "Check definitions: files, folders, or the built-in ones",
		Long: `Check definitions and name file, line, field and reason of every problem at once.
Without a path the built-in definitions are checked, and with --project those of
the project and its phpbench suite. Warnings alone leave the exit code at 0.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			wrong, warnings := 0, 0
			tell := func(warning bool, text string) {
				fmt.Fprintln(a.stdout, text)
				if warning {
					warnings++
				} else {
					wrong++
				}
			}
			if f.dir != "" {
				files, err := definitionsIn(f.dir)
				if err != nil {
					return err
				}
				if f.projectFlags.hasSuite(f.dir, len(files)) {
					if err := a.validateSuite(&f, tell); err != nil {
						return err
					}
				}
				paths = append(paths, files...)
			}
			if f.dir == "" || len(paths) > 0 {
				for _, p := range catalog.Validate(paths...) {
					tell(p.Warning, p.String())
				}
			}
			if wrong > 0 {
				return usagef("%s found", count(wrong, "problem"))
			}
			_, err := fmt.Fprintf(a.stdout, "ok: no problems, %s\n", count(warnings, "warning"))
			return err
		},
	}
	f.register(cmd.Flags())
	return cmd
}

// validateSuite tells what is wrong with the project's phpbench suite, and what has no
// effect.
func (a *app) validateSuite(f *readFlags, tell func(warning bool, text string)) error {
	from, err := a.read(f, &catalogFlags{})
	if err != nil {
		return err
	}
	for _, r := range from.phpbench.Refused {
		tell(false, r.Where+": "+r.Reason)
	}
	for _, n := range from.phpbench.Notes {
		tell(true, "warning: "+noted(n))
	}
	return nil
}
