// Package watermillbus is the message bus over any Watermill publisher and
// subscriber. It adds what a transport does not have: the messages as JSON, their
// properties as metadata, retries after a delay, the failed queue, and draining.
//
// # What the transport has to do
//
// Topics are queues: each message of a topic goes to one of its subscribers, in
// the end, and waits while there is none; a message that is not acknowledged is
// delivered again. The events topic is the exception: every subscriber gets a
// copy. Powers beyond Watermill's two interfaces are found by type assertion:
//
//   - [DelayedPublisher] delivers after a delay. Without it a retry, or what was
//     postponed, follows after a second at most.
//   - [Preparer] makes the delays ready when a worker begins. Without it that is
//     left to the first retry.
//   - [Browser] goes through a queue without consuming it. Without it SiftFailed
//     fails.
//   - [Inspector] tells how queues stand. Without it Queues fails, and runners
//     cannot see that a queue lost its messages.
//   - [Marker] leaves marks for everybody. Without it a run cannot be cancelled.
//   - [WindowSubscriber] hands out several messages at once. Without it they
//     come through as many subscriptions.
//   - the metadata key x-delivery-count says how often a message came back
//     without an answer. Without it a message that kills every worker is
//     delivered for ever.
//
// # Nomenclature
//
// A command is an ExecuteBenchmark message, a reply an IterationExecuted, or
// several of them in one message. What
// Watermill calls a topic is a queue here, except for events. Attempts are the
// tries of a command over all its retries and redeliveries; a delivery count is
// the transport's own and starts anew with each retry.
package watermillbus
