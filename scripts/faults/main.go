// Command faults breaks things under a running fleet and counts the outcome. It kills
// workers and runners, cuts connections, stops and kills the broker, deletes queues,
// and sends hostile messages. It starts a RabbitMQ node of its own and prints a table
// for docs/reliability.md. It fails if anything is lost or recorded twice.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/benchbus/benchbus/scripts/broker"
)

func main() {
	if len(os.Args) == 3 && actAs(os.Args[1], os.Args[2]) {
		return
	}
	short := flag.Bool("short", false, "the short form, with fewer faults")
	only := flag.String("only", "", "only the cases whose names contain this")
	verbose := flag.Bool("v", false, "show what runner and workers log")
	flag.Parse()
	if err := run(*short, *only, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func run(short bool, only string, verbose bool) error {
	node, err := broker.New()
	if err != nil {
		return err
	}
	defer node.Remove()
	fmt.Println(header)
	bad := 0
	for _, c := range cases {
		if !strings.Contains(c.name, only) {
			continue
		}
		o := perform(c, node, short, verbose)
		fmt.Println(o)
		for _, problem := range o.problems {
			bad++
			fmt.Fprintf(os.Stderr, "faults: %s: %s\n", c.name, problem)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d promises were broken", bad)
	}
	return nil
}
