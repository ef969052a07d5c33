package main

import (
	"context"
	"errors"
	"os"

	"github.com/benchbus/benchbus/domain"
)

// fullDisk makes the host of the first worker fail until the worker takes no more
// iterations. It lets the other worker go on alone for a while, and then repairs the
// host and waits until the first worker works again.
func fullDisk(s *stage) error {
	return s.each(1, 3, func(int) error {
		sick := s.workers[0].settings
		if err := os.WriteFile(sick.Full, nil, 0o600); err != nil {
			return err
		}
		aside := func(w domain.WorkerHeartbeat) bool { return w.Worker == sick.Name && w.Trouble != "" }
		if _, err := s.hear(aside); err != nil {
			return err
		}
		s.reach(s.settledNow() + s.n/20)
		last, err := s.hear(aside)
		if err := errors.Join(err, os.Remove(sick.Full)); err != nil {
			return err
		}
		_, err = s.hear(func(w domain.WorkerHeartbeat) bool {
			return w.Worker == sick.Name && w.Trouble == "" && w.Executed > last.Executed
		})
		return err
	})
}

// hear waits for a heartbeat that wanted accepts. It gives up when the run is over.
func (s *stage) hear(wanted func(domain.WorkerHeartbeat) bool) (found domain.WorkerHeartbeat, err error) {
	bus, err := s.directly()
	if err != nil {
		return found, err
	}
	defer bus.Close()
	listening, stop := context.WithCancel(s.ctx)
	defer stop()
	go func() {
		s.reach(s.n) // or until the run is over
		stop()
	}()
	heard := false
	err = bus.Watch(listening, []domain.Subject{domain.SubjectWorkers}, func() {}, func(e domain.Event) {
		if w, ok := e.(domain.WorkerHeartbeat); ok && !heard && wanted(w) {
			found, heard = w, true
			stop()
		}
	})
	if !heard && err == nil {
		s.tooShort = s.ctx.Err() == nil
		return found, s.ctx.Err()
	}
	return found, err
}
