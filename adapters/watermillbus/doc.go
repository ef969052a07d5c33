// Package watermillbus is the message bus over a Watermill publisher and
// subscriber whose topics are queues. It adds what a transport does not have: the
// messages as JSON, their properties as metadata, retries after a delay, the
// failed queue, and draining.
//
// # What the transport has to do
//
// Topics are queues: each message of a topic goes to one of its subscribers, in
// the end, and waits while there is none; a message that is not acknowledged is
// delivered again. [New] refuses Watermill's gochannel, which is none of this.
//
// The topics of events are the exception: every subscription gets a copy. A
// subscriber that makes this difference says so as a [FanOut]; for one that does
// not, [Config.Events] takes another, for events alone.
//
// # What it may do besides
//
// Powers beyond Watermill's two interfaces are found by type assertion. [New] logs
// one warning with those that are missing:
//
//   - [DelayedPublisher] delivers after a delay. Without it a retry, or what was
//     requeued, follows after a second at most, and its slot waits for that long.
//   - [Preparer] makes the delays ready when a worker begins. Without it that is
//     left to the first retry.
//   - [Browser] goes through a queue without consuming it. Without it BrowseFailed
//     fails.
//   - [Inspector] tells how queues stand. Without it Queues fails, and runners
//     cannot see that a queue lost its messages.
//   - [Tombstones] tell everybody that a run is cancelled. Without them Cancel fails, and
//     the waiting iterations of a cancelled run are still executed.
//   - [WindowSubscriber] hands out several messages at once. Without it they
//     come through as many subscriptions, and fewer are in flight.
//   - [DeliveryCounter] says how often a message came back without an answer.
//     Without it a message that ends every worker is delivered for ever.
//   - [FanOut], or [Config.Events]: without either Watch fails, so that workers
//     and runners do not hear each other.
//
// What fails for want of a power fails with errors.ErrUnsupported. The suite in
// adapters/bustest holds a pair against the rest.
//
// # Nomenclature
//
// A command is an ExecuteBenchmark message, a reply an IterationExecuted, or
// several of them in one message. What Watermill calls a topic is a queue here, except for events. Attempts are the
// tries of a command over all its retries and redeliveries; a delivery count is
// the transport's own and starts anew with each retry.
package watermillbus
