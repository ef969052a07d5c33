package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/catalog"
)

func (a *app) validateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "validate [PATH...]",
		Short: "Check definitions: files, folders, or the built-in ones",
		Long: `Check definitions and name file, line, field and reason of every problem at once.
Without a path the built-in definitions are checked. Warnings alone leave the
exit code at 0.`,
		RunE: func(_ *cobra.Command, paths []string) error {
			problems := catalog.Validate(paths...)
			wrong := 0
			for _, p := range problems {
				fmt.Fprintln(a.stdout, p)
				if !p.Warning {
					wrong++
				}
			}
			if wrong > 0 {
				return usagef("%s found", count(wrong, "problem"))
			}
			_, err := fmt.Fprintf(a.stdout, "ok: no problems, %s\n", count(len(problems), "warning"))
			return err
		},
	}
}
