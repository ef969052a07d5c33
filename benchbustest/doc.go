// Package benchbustest helps services to test what they do with benchbus.
//
// # An executor with exact timings
//
// An [Executor] measures nothing: it answers with the times of a script, so that
// a test can tell every figure of a report beforehand. It can fail an iteration
// with a class, keep iterations waiting, and tell what it was asked.
//
// # The order of effects
//
// A [Journal] notes what a bus and a store are asked to do, in the order in which
// it happens, so that a test can tell that a result was recorded before it was
// acknowledged. It wraps the bus and the store that the test hands it, such as
// those of the packages inmem and memstore, and adds no guard to them.
//
// Both are safe for use by several goroutines at once, and need nothing but the
// domain.
//
// To hold an adapter of your own against the contract of its port, use the suites
// in adapters/bustest and adapters/storetest.
package benchbustest
