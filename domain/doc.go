// Package domain is the core of benchbus. It defines what a benchmark is, how a run is
// planned, what the messages say, when a run is over, and the ports to the outside.
//
// The package is pure. It reads no clock, starts no goroutine, touches no file and no
// network, and imports only the standard library's pure packages. Callers pass in times
// and identifiers as values. Everything that acts is behind a port.
//
// # Flow
//
// A [Plan] says what a [Run] executes. The [Orchestrator] turns the plan into one
// [ExecuteBenchmark] message per iteration. It turns every [IterationExecuted] that
// comes back into state, and counts each iteration once, in whatever order and however
// often its result arrives.
//
// # Ports
//
// [Executor] executes one iteration. [Bus] carries the messages. [Store] keeps runs and
// results. [CPUSlots] grants the right to measure on a core. The comment of each port
// is its contract, and each port has a conformance suite that its adapters run.
//
// # Nomenclature
//
// A benchmark is a definition. A runtime executes it and has a name, such as php84. A
// variant is a benchmark on a runtime, with settings and a source. An entry holds the
// variants that are compared. An iteration is one message, and one unit of accounting.
// It interleaves samples of every variant of an entry. A sample is one fresh process
// and yields one value, the time per revolution. Revolutions are the number of
// executions of the code in the timed batch of a sample.
package domain
