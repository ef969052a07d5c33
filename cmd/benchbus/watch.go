package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/domain"
)

func (a *app) watchCommand() *cobra.Command {
	var f busFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Print the events of runs and workers as they come",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			bus, err := f.dialBus(a.logger())
			if err != nil {
				return err
			}
			defer bus.Close()
			ctx, stop := context.WithCancel(a.stop.drain)
			defer stop()
			var failed error
			err = bus.Watch(ctx, domain.Subjects(), func() { fmt.Fprintln(a.stderr, "benchbus: watching") }, func(e domain.Event) {
				if failed == nil {
					if failed = a.printEvent(e, asJSON); failed != nil {
						stop() // the reader is gone
					}
				}
			})
			if err != nil {
				return unavailable(err)
			}
			return failed
		},
	}
	f.registerRemote(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print each event as it is, one JSON document a line")
	return cmd
}

func (a *app) printEvent(e domain.Event, asJSON bool) error {
	schema, _, at := e.About()
	if asJSON {
		text, err := json.Marshal(printed(e))
		if err == nil {
			_, err = fmt.Fprintf(a.stdout, "%s\n", text)
		}
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%s  %-19s  %s\n", at.Local().Format(time.TimeOnly), schema, summary(e))
	return err
}

// summary describes an event in one line.
func summary(e domain.Event) string {
	switch e := e.(type) {
	case domain.RunEvent:
		text := fmt.Sprintf("%s  %v", e.RunID, e.Counts)
		if len(e.WaitsFor) > 0 {
			text += "; waiting for a worker with " + join(e.WaitsFor)
		}
		return text
	case domain.WorkerHeartbeat:
		state := doing(e.Running)
		switch {
		case e.Stopped:
			state = "stopped"
		case e.Stopping:
			state = "stopping: " + state
		case e.Trouble != "":
			state = "unable: " + e.Trouble
		case state == "":
			state = "idle"
		}
		return fmt.Sprintf("%s  executed %d, errors %d, given up %d; %s", e.Worker, e.Executed, e.Errors, e.GivenUp, state)
	}
	return ""
}

// printedRequest is the JSON of a status request.
type printedRequest struct {
	Schema string    `json:"schema"`
	At     time.Time `json:"at"`
}

// printed returns the value to print as the event's JSON.
func printed(e domain.Event) any {
	switch e := e.(type) {
	case domain.RunEvent:
		return printRunEvent(e)
	case domain.WorkerHeartbeat:
		return printWorker(e)
	case domain.StatusRequest:
		return printedRequest(e)
	}
	return nil
}
