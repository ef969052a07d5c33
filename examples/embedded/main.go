// Command embedded measures two Go functions against each other and prints the
// verdict.
package main

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/benchbus/benchbus"
	"github.com/benchbus/benchbus/adapters/report"
)

var at int // keeps what the functions find: the compiler may leave out what nobody reads

func main() {
	text := strings.Repeat("hay", 1000) + "needle"
	functions := benchbus.Functions{
		"forwards":  func() { at = strings.Index(text, "needle") },
		"backwards": func() { at = strings.LastIndex(text, "needle") },
	}
	measured, err := benchbus.Measure(context.Background(), functions, functions.Plan("find"), benchbus.Config{})
	if err == nil {
		err = report.Write(os.Stdout, report.FormatTable, measured, report.Options{})
	}
	if err != nil {
		log.Fatal(err)
	}
}
