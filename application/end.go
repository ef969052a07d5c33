package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// complete records that every iteration is accounted for.
func (d *driver) complete() (domain.RunStatus, error) {
	event, ok := d.o.Complete(d.cfg.Now())
	switch err := d.save(); {
	case errors.Is(err, domain.ErrRunOver):
		return d.overtaken(err)
	case errors.Is(err, domain.ErrRunIncomplete): // the record decides
		return d.fail(err)
	case err != nil:
		return d.o.Status(), err
	}
	if ok {
		d.cfg.OnEvent(event)
		d.announce(event)
	}
	return d.o.Status(), nil
}

// maxGrace bounds the wait of an interrupted runner, in multiples of its grace.
const maxGrace = 4

// interrupt records what is still on its way and leaves the run to be resumed.
func (d *driver) interrupt() (domain.RunStatus, error) {
	within, cancel := context.WithTimeout(d.lasting, maxGrace*d.cfg.Grace)
	defer cancel()
	if err := d.drain(within); err != nil && within.Err() == nil {
		return d.fail(err)
	}
	if d.o.Over() {
		return d.complete()
	}
	leave := d.o.Interrupt
	if d.onBus { // where it stays, to be waited for again
		leave = d.o.Detach
	}
	event := leave(d.cfg.Now())
	err := d.save()
	if errors.Is(err, domain.ErrRunOver) {
		return d.overtaken(err)
	}
	d.cfg.OnEvent(event)
	d.announce(event)
	return d.o.Status(), errors.Join(ErrInterrupted, err)
}

// detach leaves what was dispatched for somebody to collect.
func (d *driver) detach() (domain.RunStatus, error) {
	event := d.o.Detach(d.cfg.Now())
	err := d.save()
	if errors.Is(err, domain.ErrRunOver) {
		return d.overtaken(err)
	}
	d.cfg.OnEvent(event)
	return d.o.Status(), err
}

// cancel records that somebody else cancelled the run, and has announced it.
func (d *driver) cancel() (domain.RunStatus, error) {
	event := d.o.Cancel(d.cfg.Now())
	err := d.save()
	if errors.Is(err, domain.ErrRunOver) {
		err = nil // they have recorded it too
	}
	d.cfg.OnEvent(event)
	return d.o.Status(), errors.Join(ErrCancelled, err)
}

// overtaken is the end of a run that another process has ended, or works at now.
// Nothing is written: the other one does.
func (d *driver) overtaken(taken error) (domain.RunStatus, error) {
	if d.cfg.Store == nil {
		return d.o.Status(), taken
	}
	run, err := d.cfg.Store.Run(d.lasting, d.id)
	switch {
	case err != nil:
		return d.o.Status(), errors.Join(taken, err)
	case run.State == domain.StateCancelled:
		return d.cancel()
	}
	d.cfg.Logger.Warn("another process has taken the run over, and this one leaves it", "run", d.id, "state", run.State)
	d.cfg.OnEvent(domain.RunEvent{
		Schema: domain.SchemaRunProgress, RunID: d.id, State: run.State, At: d.cfg.Now(), Counts: run.Counts,
	})
	if run.State == domain.StateCompleted {
		return run.RunStatus, nil
	}
	return run.RunStatus, taken
}

// fail records that the runner cannot go on. The counts are the store's: what was
// counted may not have been recorded.
func (d *driver) fail(reason error) (domain.RunStatus, error) {
	event, status := d.o.Fail(d.cfg.Now()), d.o.Status()
	if err := d.save(); err != nil {
		d.cfg.Logger.Error("cannot record that the run failed", "error", err)
	} else if d.cfg.Store != nil {
		if run, err := d.cfg.Store.Run(d.lasting, d.id); err == nil {
			event.Counts, status = run.Counts, run.RunStatus
		}
	}
	d.cfg.OnEvent(event)
	d.announce(event)
	return status, reason
}

func (d *driver) save() error {
	if d.cfg.Store == nil {
		return nil
	}
	if err := d.cfg.Store.UpdateRun(d.lasting, d.o.Status()); err != nil {
		return fmt.Errorf("record the run's state: %w", err)
	}
	return nil
}

// announce tells the bus; a run does not fail, or stand still, because nobody can
// be told.
func (d *driver) announce(event domain.RunEvent) {
	if err := announce(d.lasting, d.bus, event); err != nil {
		d.cfg.Logger.Warn("cannot announce an event", "event", event.Schema, "error", err)
	}
}
