package domain

import (
	"context"
	"errors"
	"time"
)

// Errors of a [Bus]; match them with errors.Is.
var (
	// ErrRunTaken says that somebody else collects the results of the run, in this
	// process, or in another one if the transport can detect that.
	ErrRunTaken = errors.New("somebody else collects the results of this run")
	// ErrUnconfirmed says that the broker did not answer in time. The broker may have
	// accepted the message. The sender can send it again, because messages of the same
	// id are counted once.
	ErrUnconfirmed = errors.New("the broker did not confirm the message in time")
	// ErrAccess says that the broker refuses something to the account in use. The error
	// that wraps it names the missing permission.
	ErrAccess = errors.New("the broker refuses access")
	// ErrBusClosed is returned by every method after Close.
	ErrBusClosed = errors.New("the message bus is closed")
	// ErrDrainTimeout is returned by Consume if a handler did not end in time.
	ErrDrainTimeout = errors.New("a handler did not end before the drain timeout")
)

// Bus carries the messages of benchmarks. The suite in adapters/bustest checks
// implementations of this contract. All methods may be called concurrently, and fail
// with ErrBusClosed after Close.
type Bus interface {
	CommandBus
	ReplyBus
	EventBus
	FailedMessages

	// Close releases the resources of the bus. Messages that were accepted and not yet
	// acknowledged are delivered again if the transport outlives the process. Close may
	// be called twice.
	Close() error
}

// CommandBus carries commands from runners to workers.
type CommandBus interface {
	// Queue returns the name of the queue of commands that Dispatch and Consume use.
	// The common queue has the empty name. Only workers of the same queue receive
	// dispatched commands.
	Queue() string

	// Dispatch sends commands. It waits while the queue is full. If the error is nil,
	// each command will be delivered at least once; otherwise, some may be.
	Dispatch(ctx context.Context, cmds ...ExecuteBenchmark) error

	// Cancel makes all consumers drop the commands of the run without executing them.
	// It takes effect soon after the call. It fails with errors.ErrUnsupported if the
	// transport cannot reach the consumers.
	Cancel(ctx context.Context, run RunID) error

	// Queues returns the status of the queues: first the queue of commands, then the
	// queues of commands that wait for their next attempt, then the failed queue, and
	// then the reply queues of those runs, as far as they exist. It fails with
	// errors.ErrUnsupported if the transport does not know.
	Queues(ctx context.Context, results ...RunID) ([]Queue, error)

	// Consume delivers commands to the handler until ctx ends, at most consumer.Slots
	// at once. Each command goes to one consumer. When ctx ends, Consume drains: it
	// takes no further commands, lets the handlers finish, and does not give back the
	// commands that they handle. Then it returns nil, or ErrDrainTimeout if it had to
	// leave behind a handler that did not end in time.
	Consume(ctx context.Context, consumer Consumer, handler CommandHandler) error
}

// Queue is the status of a queue.
type Queue struct {
	Name string
	Kind QueueKind
	// RunID is the run whose results are in the queue. It is empty for all other
	// queues.
	RunID RunID
	// Ready is the number of messages that wait, without those that a consumer holds.
	// Consumers is the number of consumers of the queue.
	Ready     int
	Consumers int
}

// QueueKind says what a queue is for.
type QueueKind string

const (
	QueueCommands QueueKind = "commands"
	QueueDelayed  QueueKind = "delayed" // commands that wait for their next attempt
	QueueFailed   QueueKind = "failed"
	QueueReplies  QueueKind = "replies" // messages that nobody has collected, each with one result or several
)

// Backlog returns the number of commands that wait for a worker or for their next
// attempt.
func Backlog(queues []Queue) int {
	total := 0
	for _, q := range queues {
		if q.Kind == QueueCommands || q.Kind == QueueDelayed {
			total += q.Ready
		}
	}
	return total
}

// Consumer configures a consumer of commands.
type Consumer struct {
	// Name is the worker's name, which the failed queue shows. Defaults to "worker".
	Name string
	// Slots is the number of commands that are handled at once. Defaults to 4.
	Slots int
	// DrainTimeout limits how long handlers may go on after ctx has ended. Then their
	// own context ends. Consume leaves them behind after a further tenth of the
	// timeout, but at least a second. Defaults to MaxIterationTime.
	DrainTimeout time.Duration
	// Abort, when closed, stops Consume as the end of ctx does, and at the same time
	// ends the contexts of the handlers. A second signal closes it. The commands that
	// the handlers leave are delivered again. Defaults to nil, which means never.
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

// CommandHandler handles commands. Its methods are called concurrently. Their context
// is not the one that ends consumption.
type CommandHandler interface {
	// Handle executes a command. If it returns nil, the command is acknowledged. A
	// RequeueError sends the command back for later, and costs no attempt. After any
	// other error, the command is retried or given up, depending on the class of the
	// error (see FailureOf) and on the retry policy. A panic counts as an error of
	// class ClassPanic.
	Handle(ctx context.Context, cmd ExecuteBenchmark) error

	// GiveUp is called if no retry will follow, before the command goes to the failed
	// queue. If the command could not be read, cmd has only the run id, the iteration
	// and the reply address, as far as the message's properties hold them; without
	// those, GiveUp is not called. If GiveUp returns an error, the command is delivered
	// again. If it then fails again with an error other than ErrUnconfirmed, the
	// command goes to the failed queue all the same.
	GiveUp(ctx context.Context, cmd ExecuteBenchmark, failure Failure) error
}

// ReplyBus carries results from workers to the runner that asked.
type ReplyBus interface {
	// OpenReplies declares the run's reply queue and begins to receive from it. The
	// queue keeps replies that are sent while nobody receives. OpenReplies fails with
	// ErrRunTaken until the Replies that were opened before are closed, because each of
	// two receivers would get only a part.
	OpenReplies(ctx context.Context, run RunID) (Replies, error)

	// Reply sends a result to the address that the command named. After nil,
	// it will be delivered at least once.
	Reply(ctx context.Context, replyTo string, result IterationExecuted) error
}

// Replies is the receiving end of a run's reply queue.
type Replies interface {
	// Address returns the address that commands must name as ReplyTo.
	Address() string

	// Next waits for results and returns all that are there, at least one and up to a
	// number that the bus chooses. Acknowledge each once it is recorded, or it is
	// delivered again after Close. Next fails with ErrRunTaken if the transport has
	// meanwhile given the queue to another process. It is called by one goroutine at a
	// time.
	Next(ctx context.Context) ([]Reply, error)

	// Close stops receiving. It may be called twice.
	Close() error
}

// Reply is a result that was received.
type Reply struct {
	Result IterationExecuted
	// Ack says that the result is recorded, so that it is not delivered again.
	Ack func()
}

// EventBus carries events to all listeners. It does not keep them: an event that nobody
// listens to is lost.
type EventBus interface {
	// Announce sends the event to all watchers. It does nothing if the bus can have none.
	Announce(ctx context.Context, event Event) error

	// Watch calls each for every event about one of the subjects that is announced from
	// now on, one at a time. It returns nil when ctx ends. It calls ready once, when no
	// further event can be missed. It fails with errors.ErrUnsupported if the transport
	// cannot deliver an event to every watcher.
	Watch(ctx context.Context, subjects []Subject, ready func(), each func(Event)) error
}

// FailedMessage is a message in the failed queue.
type FailedMessage struct {
	// ID is the id of the message: run-id/iteration, or the id that the sender gave.
	ID string
	// Schema names the schema of the message, since a command can be retried and a
	// result cannot. It is empty if the message does not say.
	Schema string
	// RunID and Iteration are empty and 0 if the message does not say.
	RunID     RunID
	Iteration int
	Failure
	Worker string
	At     time.Time
	// Payload is the unchanged payload of the message.
	Payload []byte
}

// FailedAction says what to do with a failed message.
type FailedAction int

const (
	KeepFailed   FailedAction = iota // leave it where it is
	RetryFailed                      // send it to the workers again, with the same id, as a first attempt; an error for a result
	RemoveFailed                     // delete it
)

// FailedMessages gives access to the failed queue.
type FailedMessages interface {
	// BrowseFailed calls each for every message of the failed queue, oldest first, and
	// does with the message what each returns. In-process transports may keep only the
	// newest messages. It fails with errors.ErrUnsupported if the transport cannot
	// browse a queue.
	BrowseFailed(ctx context.Context, each func(FailedMessage) FailedAction) error
}
