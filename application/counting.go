package application

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// CannotCountError says that workers of the queue live that cannot count instructions,
// which the run asks for. Match it with errors.As.
type CannotCountError struct {
	Workers []string // their names, sorted; at least one
}

func (e *CannotCountError) Error() string {
	const advice = "install valgrind on their hosts and start them again, stop them, or leave out the instructions"
	if len(e.Workers) == 1 {
		return fmt.Sprintf("worker %s cannot count instructions; install valgrind on its host and start it again, stop it, or leave out the instructions", e.Workers[0])
	}
	return fmt.Sprintf("workers %s cannot count instructions; %s", someOf(e.Workers), advice)
}

// someOf lists names, but not more than maxNamed.
func someOf(names []string) string {
	if rest := len(names) - maxNamed; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), rest)
	}
	return strings.Join(names, ", ")
}

// CanCount returns a *CannotCountError where one of the workers cannot count
// instructions. Each may get any iteration of their queue.
func (w Workers) CanCount() error {
	found := &CannotCountError{}
	for _, worker := range w {
		if !worker.CountsInstructions {
			found.Workers = append(found.Workers, worker.Worker)
		}
	}
	if len(found.Workers) == 0 {
		return nil
	}
	slices.Sort(found.Workers)
	return found
}

// CanCountHere tells whether an executor of this process can count instructions. Its
// error says why not, and what to do.
func CanCountHere(ctx context.Context, executor domain.Executor) error {
	counter, ok := executor.(domain.InstructionCounter)
	if !ok {
		return errors.New("this executor cannot count instructions: leave CountInstructions of the plan out, or use an executor that is a domain.InstructionCounter, such as php.Executor")
	}
	return counter.CanCount(ctx)
}
