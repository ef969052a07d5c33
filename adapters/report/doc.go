// Package report renders the report of a run, and the lists and details of every
// other command.
//
// [Write] renders a [stats.Report], [WriteTable] any table. Both write the same
// four formats: [FormatTable] for terminals, [FormatMarkdown] for pages,
// [FormatCSV] for spreadsheets and [FormatJSON] for programs.
//
// Tables and Markdown scale their units. CSV and JSON hold nanoseconds and
// bytes, with the unit in the field's name; an unknown value is empty or null,
// never 0, NaN or infinite. The JSON of a report is versioned and holds every raw
// sample; docs/report.md and docs/schema/report.v1.json describe it.
//
// # Foreign text
//
// Names, messages and outputs come from definitions and from the code that was
// measured. Nothing in them can move the cursor, break a table, end a code
// block or become a formula: [Clean] makes control characters and those that
// reorder or hide text visible in terminals, Markdown and CSV, and CSV gets a
// quotation mark before a leading =, +, - or @. JSON holds them as they are.
//
// All functions may be called by several goroutines at once. They write as they
// go, so that the raw samples of a large run are not held twice. Their errors are
// those of the writer.
package report
