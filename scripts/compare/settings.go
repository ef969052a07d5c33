package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// settings holds the values of the flags.
type settings struct {
	jobs, rounds, concurrency int
	size, replySize           int
	amqp                      string
	only                      []string
}

// parse parses the flags. Its errors say what is allowed.
func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{only: names()}
	flags := flag.NewFlagSet("compare", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the caller prints errors as one sentence
	flags.IntVar(&s.jobs, "n", 20000, "jobs of a measurement")
	flags.IntVar(&s.rounds, "rounds", 1, "how often each measurement is made")
	flags.IntVar(&s.concurrency, "concurrency", 8, "jobs at once, of asynq and of the AMQP loop")
	flags.IntVar(&s.size, "size", 1200, "bytes of an AMQP message")
	flags.IntVar(&s.replySize, "reply-size", 900, "bytes of a reply in the AMQP loop")
	flags.StringVar(&s.amqp, "amqp", "", "URL of a RabbitMQ; without one, amqp and watermill are skipped")
	flags.Func("only", "measure only these, separated by commas: "+strings.Join(names(), ",")+" (default all)", func(list string) error {
		s.only = strings.Split(list, ",")
		for _, name := range s.only {
			if !slices.Contains(names(), name) {
				return fmt.Errorf("%q is none of %s", name, strings.Join(names(), ", "))
			}
		}
		return nil
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stderr)
			fmt.Fprintln(stderr, "usage: compare [flags]")
			flags.PrintDefaults()
		}
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("%q is not a flag; see -help", flags.Arg(0))
	case min(s.jobs, s.rounds, s.concurrency) < 1:
		return s, errors.New("-n, -rounds and -concurrency must be at least 1")
	case min(s.size, s.replySize) < 0:
		return s, errors.New("-size and -reply-size must not be negative")
	}
	return s, nil
}

func (s settings) wants(name string) bool { return slices.Contains(s.only, name) }

func names() []string {
	var names []string
	for _, system := range systems {
		names = append(names, system.name)
	}
	return names
}
