package domain

import (
	"context"
	"errors"
	"time"
)

// Errors of a [Bus]; match them with errors.Is.
var (
	// ErrRunTaken says that the run's results are collected by somebody else: in
	// this process, or in another where the transport can tell.
	ErrRunTaken = errors.New("somebody else collects the results of this run")
	// ErrUnconfirmed is returned by what sends, where the broker did not answer
	// in time. The message may have been accepted: it can be sent again, since
	// what has the same id is counted once.
	ErrUnconfirmed = errors.New("the broker did not confirm the message in time")
	// ErrAccess is returned where the broker refuses to the account in use what is
	// needed; what wraps it names the permission that is missing.
	ErrAccess = errors.New("the broker refuses access")
	// ErrBusClosed is returned by everything after Close.
	ErrBusClosed = errors.New("the message bus is closed")
	// ErrDrainTimeout is returned by Consume when a handler did not end in time.
	ErrDrainTimeout = errors.New("a handler did not end before the drain timeout")
)

// Bus carries the messages of benchmarks. The suite in adapters/bustest holds
// an implementation against this contract. All methods may be called by several
// goroutines at once, and fail with ErrBusClosed after Close.
type Bus interface {
	CommandBus
	ReplyBus
	EventBus
	FailedMessages

	// Close releases what the bus holds. What was accepted and not yet
	// acknowledged is delivered again, where the transport outlives the
	// process. It may be called twice.
	Close() error
}

// CommandBus carries commands from runners to workers.
type CommandBus interface {
	// Queue is the name of the queue of commands that Dispatch and Consume use;
	// empty is the common one. Only the workers of the same queue take what is
	// dispatched.
	Queue() string

	// Dispatch hands over commands. After nil, each will be delivered at least
	// once; after an error, some may be. It waits while the queue is full.
	Dispatch(ctx context.Context, cmds ...ExecuteBenchmark) error

	// Cancel makes all consumers drop the run's commands, from soon on, without
	// executing them. It fails with errors.ErrUnsupported where the transport
	// cannot tell them.
	Cancel(ctx context.Context, run RunID) error

	// Queues tells about the queues: the commands first, then those that wait
	// for their next attempt, then the failed ones, and then the results of those
	// runs, as far as they have a queue. It fails with errors.ErrUnsupported
	// where the transport cannot tell.
	Queues(ctx context.Context, results ...RunID) ([]Queue, error)

	// Consume delivers commands to the handler until ctx ends, at most
	// consumer.Slots at once, each command to one consumer. When ctx ends it
	// drains: it takes nothing new, lets the handlers finish, gives nothing
	// back that ran, and returns nil; or ErrDrainTimeout when a handler did
	// not end in time and was left behind.
	Consume(ctx context.Context, consumer Consumer, handler CommandHandler) error
}

// Queue is how a queue stands.
type Queue struct {
	Name string
	Kind QueueKind
	// RunID is the run whose results are in it; empty for all other queues.
	RunID RunID
	// Ready is how many messages wait, those in the hands of a consumer not
	// counted; Consumers, how many take from it.
	Ready     int
	Consumers int
}

// QueueKind is what a queue is for.
type QueueKind string

const (
	QueueCommands QueueKind = "commands"
	QueueDelayed  QueueKind = "delayed" // commands that wait for their next attempt
	QueueFailed   QueueKind = "failed"
	QueueReplies  QueueKind = "replies" // messages with one result or several, which nobody has collected
)

// Backlog is how many commands wait for a worker or for their next attempt.
func Backlog(queues []Queue) int {
	total := 0
	for _, q := range queues {
		if q.Kind == QueueCommands || q.Kind == QueueDelayed {
			total += q.Ready
		}
	}
	return total
}

// Consumer describes who consumes, and how.
type Consumer struct {
	// Name is the worker's name, for the failed queue. Defaults to "worker".
	Name string
	// Slots is how many commands are handled at once. Defaults to 4.
	Slots int
	// DrainTimeout is how long handlers may go on after the end of the
	// context before theirs ends too; a tenth of it later, and at least a
	// second, they are left behind. Defaults to MaxIterationTime.
	DrainTimeout time.Duration
	// Abort, when closed, ends consumption like the end of the context, and
	// the contexts of the handlers at once: a second signal. What they leave
	// is delivered again. Defaults to nil, which means never.
	Abort <-chan struct{}
}

// WithDefaults returns the consumer with its defaults filled in.
func (c Consumer) WithDefaults() Consumer {
	if c.Name == "" {
		c.Name = "worker"
	}
	if c.Slots == 0 {
		c.Slots = 4
	}
	if c.DrainTimeout == 0 {
		c.DrainTimeout = MaxIterationTime
	}
	return c
}

// CommandHandler handles commands. Its methods are called by several goroutines
// at once; their context is not the one that ends consumption.
type CommandHandler interface {
	// Handle executes a command. Nil acknowledges it. A RequeueError sends
	// it back for later at the cost of no attempt. Any other error is followed
	// by a retry or by GiveUp, as its class (see FailureOf) and the retry
	// policy say. A panic is an error of class ClassPanic.
	Handle(ctx context.Context, cmd ExecuteBenchmark) error

	// GiveUp is called when no retry will follow, before the command goes to
	// the failed queue. Of a command that could not be read, only the run id,
	// the iteration and the reply address are set, and only where the
	// message's properties told them; without those it is not called. After
	// an error the command is delivered again, and goes to the failed queue all
	// the same where an error other than ErrUnconfirmed comes of it once more.
	GiveUp(ctx context.Context, cmd ExecuteBenchmark, failure Failure) error
}

// ReplyBus carries results from workers to the runner that asked.
type ReplyBus interface {
	// OpenReplies declares the run's reply queue and begins to receive from
	// it. Replies sent while nobody receives are kept. ErrRunTaken until those
	// that were opened before are closed: two would each get a part.
	OpenReplies(ctx context.Context, run RunID) (Replies, error)

	// Reply sends a result to the address that the command named. After nil,
	// it will be delivered at least once.
	Reply(ctx context.Context, replyTo string, result IterationExecuted) error
}

// Replies is the receiving end of a run's reply queue.
type Replies interface {
	// Address is what commands must name as ReplyTo.
	Address() string

	// Next waits for results and returns all that are there, at least one, up
	// to a number that the bus chooses. Each must be acknowledged once it is
	// recorded; one that is not is delivered again after Close. ErrRunTaken where
	// the transport has left the queue to another process meanwhile. It is
	// called by one goroutine at a time.
	Next(ctx context.Context) ([]Reply, error)

	// Close stops receiving. It may be called twice.
	Close() error
}

// Reply is a result that was received.
type Reply struct {
	Result IterationExecuted
	// Ack says that the result is recorded and must not be delivered again.
	Ack func()
}

// EventBus tells everybody who listens how runs stand. Events are news, not
// facts: one that nobody listens to is gone.
type EventBus interface {
	// Announce sends the event to all who watch; nowhere, where nobody can.
	Announce(ctx context.Context, event Event) error

	// Watch calls the function for every event about one of the subjects that is
	// announced from now on, one at a time, until ctx ends; then it returns nil.
	// ready is called once, when nothing will be missed any more. It fails with
	// errors.ErrUnsupported where an event cannot reach everybody.
	Watch(ctx context.Context, subjects []Subject, ready func(), each func(Event)) error
}

// FailedMessage is a message in the failed queue.
type FailedMessage struct {
	// ID is the message's id: run-id/iteration, or what the sender gave.
	ID string
	// Schema is the name of what the message was: a command can be retried, a
	// result cannot. Empty where it does not tell.
	Schema string
	// RunID and Iteration are empty and 0 where the message does not tell.
	RunID     RunID
	Iteration int
	Failure
	Worker string
	At     time.Time
	// Payload is the message as it was.
	Payload []byte
}

// FailedAction is what to do with a failed message.
type FailedAction int

const (
	KeepFailed   FailedAction = iota // leave it where it is
	RetryFailed                      // send it to the workers again, with the same id, as a first attempt; an error for a result
	RemoveFailed                     // delete it
)

// FailedMessages is the view of the failed queue.
type FailedMessages interface {
	// BrowseFailed shows every message of the failed queue to the function,
	// oldest first, and does with it what the function says. In-process
	// transports may keep only the newest. It fails with errors.ErrUnsupported
	// where the transport cannot show a queue.
	BrowseFailed(ctx context.Context, each func(FailedMessage) FailedAction) error
}
