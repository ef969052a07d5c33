// Package benchbus measures: it takes an executor and a plan, and returns a report
// with intervals and verdicts. It is the short way in; bus, worker, runner and
// store are wired inside of [Measure].
//
// # A complete program
//
// It measures two Go functions against each other and prints the verdict.
//
//	package main
//
//	import (
//		"context"
//		"log"
//		"os"
//		"strings"
//
//		"github.com/benchbus/benchbus"
//		"github.com/benchbus/benchbus/adapters/report"
//	)
//
//	var at int // keeps what the functions find: the compiler may leave out what nobody reads
//
//	func main() {
//		text := strings.Repeat("hay", 1000) + "needle"
//		functions := benchbus.Functions{
//			"forwards":  func() { at = strings.Index(text, "needle") },
//			"backwards": func() { at = strings.LastIndex(text, "needle") },
//		}
//		measured, err := benchbus.Measure(context.Background(), functions, functions.Plan("find"), benchbus.Config{})
//		if err == nil {
//			err = report.Write(os.Stdout, report.FormatTable, measured, report.Options{})
//		}
//		if err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Other executors
//
// An executor is anything that can execute an iteration and return its samples:
// [Functions], php.New of adapters/php, or your own; see [domain.Executor] and
// [domain.ExecutorFunc]. A plan names benchmarks and the runtimes that execute
// them; see [domain.Plan].
//
// # What comes back
//
// The report is data: see [stats.Report]. report.Write of adapters/report prints it
// as a table, JSON, CSV or Markdown. Iterations that failed are in it, and an
// interrupted run has a report too.
//
// # When this is too little
//
// With a broker, workers and runners are in processes of their own: wire
// [application.Worker], [application.Runner] and a [domain.Bus] yourself, as
// examples/fleet does. [application.Report] builds the report of a stored run,
// [application.Available] asks which runtimes the workers have, [application.Status]
// how the queues, the workers and the runs stand.
//
// The package pulls in Watermill and nothing else. Package benchbustest has an
// executor with exact timings for your tests.
package benchbus
