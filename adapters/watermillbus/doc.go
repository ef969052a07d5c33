// Package watermillbus implements the message bus over a Watermill publisher and
// subscriber whose topics are queues. It adds what a transport does not have: the
// messages as JSON, their properties as metadata, retries after a delay, the failed
// queue, and draining.
//
// # What the transport has to do
//
// Topics are queues. Each message of a topic goes to one of its subscribers in the end,
// and waits while there is none. A message that is not acknowledged is delivered again.
// [New] refuses Watermill's gochannel, which does none of this.
//
// The topics of events are the exception: every subscription gets a copy. A subscriber
// that makes this difference implements [FanOut]. For one that does not,
// [Config.Events] takes another subscriber for events alone.
//
// # What it may do besides
//
// The bus finds powers beyond Watermill's two interfaces by type assertion. [New] logs
// one warning that lists the missing ones:
//
//   - [DelayedPublisher] delivers after a delay. Without it a command that is retried or
//     requeued follows after a second at most, and its slot waits for that long.
//   - [Preparer] declares the queues of the delays when a worker begins. Without it the
//     first retry has to.
//   - [Browser] goes through a queue without consuming it. Without it BrowseFailed
//     fails.
//   - [Inspector] reports the length of queues. Without it Queues fails, and runners
//     cannot see that a queue lost its messages.
//   - [Tombstones] tell everybody that a run is cancelled. Without them Cancel fails, and
//     the waiting iterations of a cancelled run are still executed.
//   - [WindowSubscriber] hands out several messages at once. Without it the bus takes as
//     many subscriptions, and fewer messages are in flight.
//   - [DeliveryCounter] says how often a message came back without an answer.
//     Without it a message that ends every worker is delivered for ever.
//   - [FanOut], or [Config.Events]: without either Watch fails, so that workers
//     and runners do not hear each other.
//
// A call that needs a missing power fails with errors.ErrUnsupported. The suite in
// adapters/bustest tests a pair for the rest.
//
// # Nomenclature
//
// A command is an ExecuteBenchmark message. A reply is an IterationExecuted message, or
// several of them in one message. What Watermill calls a topic is a queue here, except
// for events. Attempts are the tries of a command over all its retries and
// redeliveries. A delivery count is the transport's own and starts anew with each
// retry.
package watermillbus
