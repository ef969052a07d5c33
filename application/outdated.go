package application

import (
	"context"
	"fmt"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// OutdatedError says that workers of the queue live that are too old: they would
// refuse what is dispatched, and each iteration would fail that they take. Match it
// with errors.As.
type OutdatedError struct {
	Workers []string // their names, sorted; at least one
	Lacks   string   // the schema of the commands that they cannot read
}

// maxNamed bounds how many workers a sentence names.
const maxNamed = 10

func (e *OutdatedError) Error() string {
	if len(e.Workers) == 1 {
		return fmt.Sprintf("worker %s is too old for this version: it does not accept %s; update it, or stop it", e.Workers[0], e.Lacks)
	}
	return fmt.Sprintf("workers %s are too old for this version: they do not accept %s; update them, or stop them", someOf(e.Workers), e.Lacks)
}

// refuseWorkers returns an *OutdatedError where a worker of the queue lives that
// would refuse what is to be dispatched, and a *CannotCountError where one cannot
// count the instructions that the plan asks for. It waits until as many workers have answered
// as take from the queue, which is at once within a process and next to it over a
// broker, and for AnswerTime at most. Where nobody can tell it refuses nothing.
func (r *Runner) refuseWorkers(ctx context.Context, plan domain.Plan) error {
	takers := r.takers(ctx)
	if takers == 0 {
		return nil
	}
	var answered Workers
	heard := map[string]bool{}
	all := make(chan struct{}) // closed when as many have answered
	wait := func(listening context.Context) {
		late := time.NewTimer(AnswerTime)
		defer late.Stop()
		select {
		case <-all:
		case <-late.C:
		case <-listening.Done():
		}
	}
	err := question(ctx, r.bus, []domain.Subject{domain.SubjectWorkers}, wait, func(e domain.Event) {
		beat, ok := e.(domain.WorkerHeartbeat)
		if !ok || beat.Stopped || beat.Queue != r.bus.Queue() || heard[beat.Worker] || len(heard) == takers {
			return
		}
		heard[beat.Worker] = true
		if answered = append(answered, beat); len(heard) == takers {
			close(all)
		}
	})
	if err != nil { // whoever listens while the run goes on says so
		r.cfg.Logger.Debug("cannot ask whether the workers accept what is dispatched", "error", err)
		return nil
	}
	if err := answered.check(); err != nil || !plan.CountInstructions {
		return err
	}
	return answered.CanCount()
}

// maxTakers bounds how many workers are heard of where nobody can tell how many there
// are: whoever can send to the bus can make up any number.
const maxTakers = 10_000

// takers is how many take commands from the queue, and maxTakers where nobody can tell.
func (r *Runner) takers(ctx context.Context) (n int) {
	within, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	queues, err := r.bus.Queues(within)
	if err != nil {
		return maxTakers
	}
	for _, q := range queues {
		if q.Kind == domain.QueueCommands {
			n += q.Consumers
		}
	}
	return n
}
