// Package domain is the heart of benchbus: what a benchmark is, how a run of
// it is planned, what the messages say, when a run is over, and the ports
// through which the outside is reached.
//
// It is pure. It reads no clock, starts no goroutine, touches no file and no
// network, and imports only the standard library's pure packages. Times and
// identifiers come in as values; everything that acts stands behind a port.
//
// # Flow
//
// A [Plan] says what a [Run] executes. The [Orchestrator] turns the plan into
// one [ExecuteBenchmark] message per iteration, and every [IterationExecuted]
// that comes back into state: each iteration is counted once, whatever the
// order and however often its result arrives.
//
// # Ports
//
// [Executor] executes one iteration; [Bus] carries the messages; [Store] keeps
// runs and results; [CPUSlots] grants the right to measure on a core. Each
// port's comment is its contract, and each has a conformance suite that its
// adapters run.
//
// # Nomenclature
//
// A benchmark is a definition. A runtime executes it and has a name, such as
// php84. A variant is a benchmark on a runtime, with settings and a source; an entry
// holds the variants that are compared. An iteration is one message, one unit of
// accounting: it interleaves samples of every variant of an entry. A sample is one
// fresh process and yields one value, the time per revolution. Revolutions are how
// often the code runs inside the timed batch of a sample.
package domain
