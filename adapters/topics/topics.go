// Package topics spells the names of the topics that the messages of a bus go
// through. The bus and the transports take them from here, so that they agree.
package topics

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// DefaultNamespace is the namespace of those who name none.
const DefaultNamespace = "benchbus"

// Names are the topics of a namespace. A topic is a queue, except for those of
// events, of which each subscriber gets a copy.
type Names struct {
	// Namespace begins the names of all topics: 1 to 100 letters, digits, '-',
	// '_' and '.'. Defaults to benchbus.
	Namespace string
	// Queue is the queue of commands that runners dispatch to and workers consume
	// from: letters, digits, '-' and '_'. Defaults to the common one, without a
	// name.
	Queue string
}

// WithDefaults returns the names with their defaults filled in.
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

// Validate reports what cannot be a name.
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

// Commands is the queue of commands.
func (n Names) Commands() string {
	if n.Queue == "" {
		return n.Namespace + ".commands"
	}
	return n.Namespace + ".commands." + n.Queue
}

// Failed is the queue of messages that are not tried again.
func (n Names) Failed() string { return n.Namespace + ".failed" }

// Replies is the queue of a run's results.
func (n Names) Replies(run domain.RunID) string { return n.Namespace + ".replies." + string(run) }

// Events is the topic of the events about a subject.
func (n Names) Events(subject domain.Subject) string {
	return n.Namespace + ".events." + string(subject)
}

// Watch is the queue of somebody who hears events, with an id that nobody else has.
func (n Names) Watch(id string) string { return n.Namespace + ".events.watch." + id }

// Cancelled is the mark of a run that is cancelled.
func (n Names) Cancelled(run domain.RunID) string { return n.Namespace + ".cancelled." + string(run) }

// Unroutable is the queue of replies that nobody waits for any more.
func (n Names) Unroutable() string { return n.Namespace + ".unroutable" }

// Kind is what a topic is for.
type Kind int

const (
	Other      Kind = iota // none of this namespace's
	Commands               // of any queue, and whatever begins like one
	Failed                 // messages that are not tried again
	Replies                // results of one run
	Events                 // each subscriber gets a copy
	Unroutable             // replies that nobody waits for
)

// KindOf tells what a topic of the namespace is for.
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
	case first == "events" && rest != "" && !strings.HasPrefix(rest, "watch."): // which are queues
		return Events
	}
	return Other
}
