// Package benchbus measures code. It takes an executor and a plan, and returns a report
// with intervals and verdicts. It is the short way in: [Measure] wires bus, worker,
// runner and store itself.
//
// # A complete program
//
// This program measures two Go functions against each other and prints the verdict.
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
// An executor executes an iteration and returns its samples. Use [Functions], php.New of
// adapters/php, or your own; see [domain.Executor] and [domain.ExecutorFunc]. A plan
// names benchmarks and the runtimes that execute them; see [domain.Plan].
//
// # What comes back
//
// The report is data; see [stats.Report]. report.Write of adapters/report prints it as a
// table, JSON, CSV or Markdown. The report includes failed iterations. An interrupted
// run has a report too.
//
// # When this is too little
//
// With a broker, workers and runners are processes of their own. Wire
// [application.Worker], [application.Runner] and a [domain.Bus] yourself, as
// examples/fleet does. [application.Report] builds the report of a stored run.
// [application.Available] asks the workers which runtimes they have.
// [application.Status] returns the status of the queues, the workers and the runs.
//
// The package pulls in Watermill and nothing else. Package benchbustest has an executor
// with exact timings for your tests.
package benchbus
