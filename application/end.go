package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// complete records that every iteration has a result.
func (s *session) complete() (domain.RunStatus, error) {
	event, ok := s.o.Complete(s.cfg.Now())
	switch err := s.save(); {
	case errors.Is(err, domain.ErrRunOver):
		return s.endedElsewhere(err)
	case errors.Is(err, domain.ErrRunIncomplete): // the record decides
		return s.fail(err)
	case err != nil:
		return s.o.Status(), err
	}
	if ok {
		s.cfg.OnEvent(event)
		s.announce(event)
	}
	return s.o.Status(), nil
}

// maxGrace bounds the wait of an interrupted runner, as a multiple of its Grace.
const maxGrace = 4

// interrupt records the results that are still on their way, and leaves the run to be
// resumed.
func (s *session) interrupt() (domain.RunStatus, error) {
	within, cancel := context.WithTimeout(s.lasting, maxGrace*s.cfg.Grace)
	defer cancel()
	if err := s.drain(within); err != nil && within.Err() == nil {
		return s.fail(err)
	}
	if s.o.AllAccounted() {
		return s.complete()
	}
	leave := s.o.Interrupt
	if s.onBus { // the commands stay there, so the run can be waited for again
		leave = s.o.Detach
	}
	event := leave(s.cfg.Now())
	err := s.save()
	if errors.Is(err, domain.ErrRunOver) {
		return s.endedElsewhere(err)
	}
	s.cfg.OnEvent(event)
	s.announce(event)
	return s.o.Status(), errors.Join(ErrInterrupted, err)
}

// detach records that the commands are on the bus, and leaves the results to another
// process.
func (s *session) detach() (domain.RunStatus, error) {
	event := s.o.Detach(s.cfg.Now())
	err := s.save()
	if errors.Is(err, domain.ErrRunOver) {
		return s.endedElsewhere(err)
	}
	s.cfg.OnEvent(event)
	return s.o.Status(), err
}

// cancel records that another process has cancelled the run. That process has announced
// it.
func (s *session) cancel() (domain.RunStatus, error) {
	event := s.o.Cancel(s.cfg.Now())
	err := s.save()
	if errors.Is(err, domain.ErrRunOver) {
		err = nil // the other process has recorded it
	}
	s.cfg.OnEvent(event)
	return s.o.Status(), errors.Join(ErrCancelled, err)
}

// endedElsewhere ends the session because another process has ended the run, or works
// at it now. It writes nothing unless the run was cancelled, because the other process
// does.
func (s *session) endedElsewhere(taken error) (domain.RunStatus, error) {
	if s.cfg.Store == nil {
		return s.o.Status(), taken
	}
	run, err := s.cfg.Store.Run(s.lasting, s.id)
	switch {
	case err != nil:
		return s.o.Status(), errors.Join(taken, err)
	case run.State == domain.StateCancelled:
		return s.cancel()
	}
	s.cfg.Logger.Warn("another process has taken the run over, and this one leaves it", "run", s.id, "state", run.State)
	s.cfg.OnEvent(domain.RunEvent{
		Schema: domain.SchemaRunProgress, RunID: s.id, State: run.State, At: s.cfg.Now(), Counts: run.Counts,
	})
	if run.State == domain.StateCompleted {
		return run.RunStatus, nil
	}
	return run.RunStatus, taken
}

// fail records that the runner cannot go on. It returns the counts of the store,
// because the runner's may include results that were not recorded.
func (s *session) fail(reason error) (domain.RunStatus, error) {
	event, status := s.o.Fail(s.cfg.Now()), s.o.Status()
	if err := s.save(); err != nil {
		s.cfg.Logger.Error("cannot record that the run failed", "error", err)
	} else if s.cfg.Store != nil {
		if run, err := s.cfg.Store.Run(s.lasting, s.id); err == nil {
			event.Counts, status = run.Counts, run.RunStatus
		}
	}
	s.cfg.OnEvent(event)
	s.announce(event)
	return status, reason
}

func (s *session) save() error {
	if s.cfg.Store == nil {
		return nil
	}
	if err := s.cfg.Store.UpdateRun(s.lasting, s.o.Status()); err != nil {
		return fmt.Errorf("record the run's state: %w", err)
	}
	return nil
}

// announce sends the event to the bus. It only logs an error: a run must not fail or
// stop because nobody can be told.
func (s *session) announce(event domain.RunEvent) {
	if err := announce(s.lasting, s.bus, event); err != nil {
		s.cfg.Logger.Warn("cannot announce an event", "event", event.Schema, "error", err)
	}
}
