// Package benchbustest helps services to test what they do with benchbus.
//
// # An executor with exact timings
//
// An [Executor] measures nothing. It answers with the times of a script, so that a test
// knows every figure of a report beforehand. It can fail an iteration with a class,
// keep iterations waiting, and return the iterations that it was asked to execute.
//
// # The order of effects
//
// A [Journal] notes the calls to a bus and a store in the order in which they happen.
// So a test can check that a result was recorded before it was acknowledged. It wraps
// the bus and the store that the test hands it, such as those of the packages inmem and
// memstore, and adds no guard to them.
//
// Several goroutines may use both at once. They need nothing but the domain.
//
// To test an adapter of your own for the contract of its port, use the suites in
// adapters/bustest and adapters/storetest.
package benchbustest
