package benchbustest

import (
	"context"

	"github.com/benchbus/benchbus/domain"
)

// Bus returns a bus that notes the calls to the given one: bus.Dispatch ITERATION,
// bus.OpenReplies, bus.Reply ITERATION, bus.Cancel and bus.Announce SCHEMA. It notes
// handler.Handle ITERATION and handler.GiveUp ITERATION when a handler has answered,
// and reply.Ack ITERATION.
func (j *Journal) Bus(bus domain.Bus) domain.Bus { return &journalBus{bus, j} }

type journalBus struct {
	domain.Bus
	journal *Journal
}

func (b *journalBus) Dispatch(ctx context.Context, cmds ...domain.ExecuteBenchmark) error {
	err := b.Bus.Dispatch(ctx, cmds...)
	for _, cmd := range cmds {
		b.journal.note("bus.Dispatch", err, cmd.Iteration)
	}
	return err
}

func (b *journalBus) Cancel(ctx context.Context, run domain.RunID) error {
	err := b.Bus.Cancel(ctx, run)
	b.journal.note("bus.Cancel", err, "")
	return err
}

func (b *journalBus) Reply(ctx context.Context, replyTo string, result domain.IterationExecuted) error {
	err := b.Bus.Reply(ctx, replyTo, result)
	b.journal.note("bus.Reply", err, result.Iteration)
	return err
}

func (b *journalBus) Announce(ctx context.Context, event domain.Event) error {
	err := b.Bus.Announce(ctx, event)
	schema, _, _ := event.About()
	b.journal.note("bus.Announce", err, schema)
	return err
}

func (b *journalBus) Consume(ctx context.Context, consumer domain.Consumer, handler domain.CommandHandler) error {
	return b.Bus.Consume(ctx, consumer, &journalHandler{handler, b.journal})
}

func (b *journalBus) OpenReplies(ctx context.Context, run domain.RunID) (domain.Replies, error) {
	replies, err := b.Bus.OpenReplies(ctx, run)
	b.journal.note("bus.OpenReplies", err, "")
	if err != nil {
		return nil, err
	}
	return &journalReplies{replies, b.journal}, nil
}

type journalHandler struct {
	domain.CommandHandler
	journal *Journal
}

func (h *journalHandler) Handle(ctx context.Context, cmd domain.ExecuteBenchmark) error {
	err := h.CommandHandler.Handle(ctx, cmd)
	h.journal.note("handler.Handle", err, cmd.Iteration)
	return err
}

func (h *journalHandler) GiveUp(ctx context.Context, cmd domain.ExecuteBenchmark, failure domain.Failure) error {
	err := h.CommandHandler.GiveUp(ctx, cmd, failure)
	h.journal.note("handler.GiveUp", err, cmd.Iteration)
	return err
}

type journalReplies struct {
	domain.Replies
	journal *Journal
}

func (r *journalReplies) Next(ctx context.Context) ([]domain.Reply, error) {
	batch, err := r.Replies.Next(ctx)
	for i, reply := range batch {
		batch[i].Ack = func() {
			r.journal.note("reply.Ack", nil, reply.Result.Iteration)
			reply.Ack()
		}
	}
	return batch, err
}
