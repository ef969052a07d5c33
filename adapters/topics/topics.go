// Package topics spells the names of the topics that the messages of a bus go through.
// The bus and the transports both use it, so that they agree.
package topics

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// DefaultNamespace is the namespace if none is given.
const DefaultNamespace = "benchbus"

// Names spells the topics of a namespace. A topic is a queue, except the topics of
// events: each of their subscribers gets a copy.
type Names struct {
	// Namespace begins the names of all topics. It holds 1 to 100 letters, digits, '-',
	// '_' and '.'. Defaults to benchbus.
	Namespace string
	// Queue names the queue of commands that runners dispatch to and workers consume
	// from. It holds at most 100 letters, digits, '-' and '_'. Defaults to the common
	// queue, which has no name.
	Queue string
}

// WithDefaults returns a copy in which Namespace has its default if it is empty.
func (n Names) WithDefaults() Names {
	if n.Namespace == "" {
		n.Namespace = DefaultNamespace
	}
	return n
}

var (
	namespacePattern = regexp.MustCompile(`^[A-Za-z0-9._-]{1,100}$`)
	queuePattern     = regexp.MustCompile(`^[A-Za-z0-9_-]{0,100}$`)
)

// Validate returns an error that lists every part that cannot be a name.
func (n Names) Validate() error {
	var problems []error
	if !namespacePattern.MatchString(n.Namespace) {
		problems = append(problems, fmt.Errorf("namespace %.120q: 1 to 100 letters, digits, '-', '_' and '.' make a namespace", n.Namespace))
	}
	if !queuePattern.MatchString(n.Queue) {
		problems = append(problems, fmt.Errorf("queue %.120q: at most 100 letters, digits, '-' and '_' make a queue's name", n.Queue))
	}
	return errors.Join(problems...)
}

// Commands returns the name of the queue of commands.
func (n Names) Commands() string {
	if n.Queue == "" {
		return n.Namespace + ".commands"
	}
	return n.Namespace + ".commands." + n.Queue
}

// Failed returns the name of the queue of messages that are not tried again.
func (n Names) Failed() string { return n.Namespace + ".failed" }

// Replies returns the name of the queue of a run's results.
func (n Names) Replies(run domain.RunID) string { return n.Namespace + ".replies." + string(run) }

// Events returns the name of the topic of the events about a subject.
func (n Names) Events(subject domain.Subject) string {
	return n.Namespace + ".events." + string(subject)
}

// Watch returns the name of the queue of one listener to events. No other listener may
// have the same id.
func (n Names) Watch(id string) string { return n.Namespace + ".events.watch." + id }

// Cancelled returns the name of the tombstone of a cancelled run.
func (n Names) Cancelled(run domain.RunID) string { return n.Namespace + ".cancelled." + string(run) }

// Unroutable returns the name of the queue of replies that nobody waits for any more.
func (n Names) Unroutable() string { return n.Namespace + ".unroutable" }

// Kind says what a topic is for.
type Kind int

const (
	Other      Kind = iota // a topic that this namespace does not use
	Commands               // any queue of commands, and every name that begins like one
	Failed                 // messages that are not tried again
	Replies                // results of one run
	Events                 // each subscriber gets a copy
	Unroutable             // replies that nobody waits for
)

// KindOf returns what a topic of the namespace is for.
func (n Names) KindOf(topic string) Kind {
	name, ok := strings.CutPrefix(topic, n.Namespace+".")
	first, rest, more := strings.Cut(name, ".")
	switch {
	case !ok:
	case first == "commands":
		return Commands
	case first == "failed" && !more:
		return Failed
	case first == "unroutable" && !more:
		return Unroutable
	case first == "replies" && rest != "":
		return Replies
	case first == "events" && rest != "" && !strings.HasPrefix(rest, "watch."): // names under watch. are queues
		return Events
	}
	return Other
}
