package main

import (
	"slices"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/topics"
)

// checkNames refuses names that no queue can have, before the program connects.
func (b *busFlags) checkNames() error {
	for _, names := range []topics.Names{{Namespace: b.namespace}, {Queue: b.queue}} {
		if err := names.WithDefaults().Validate(); err != nil {
			return usagef("--%w", err) // the error begins with the name of the flag
		}
	}
	types := []rabbitmq.QueueType{rabbitmq.QueueAuto, rabbitmq.QueueQuorum, rabbitmq.QueueClassic}
	if !slices.Contains(types, rabbitmq.QueueType(b.queueType)) {
		return usagef("--queue-type %q is none of auto, quorum, classic", b.queueType)
	}
	return nil
}
