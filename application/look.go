package application

import (
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// look checks now and then whether outstanding iterations wait for a runtime that no
// worker has, and reports it. Otherwise nobody would know why the run stands still.
func (s *session) look(at time.Time) {
	if at.Sub(s.lastLook) < s.cfg.StallAfter && len(s.waitsFor) == 0 {
		return
	}
	s.lastLook = at
	workers := ask(&s.fleet, (*domain.Fleet).Alive)
	waitsFor := unmet(s.o.Needs(), workers)
	if slices.Equal(waitsFor, s.waitsFor) {
		return
	}
	s.waitsFor = waitsFor
	if len(waitsFor) > 0 {
		s.cfg.Logger.Warn("the run waits for a worker that has these runtimes, and none answers", "run", s.id,
			"runtimes", waitsFor, "workers", len(workers))
	} else {
		s.cfg.Logger.Info("a worker has what the run waited for", "run", s.id)
	}
	event := s.progress(at)
	s.cfg.OnEvent(event)
	s.announce(event)
}

// unmet returns the runtimes of the sets that no worker has as a whole, sorted. Of such
// a set it returns the runtimes that no worker has, or all of them if different workers
// have them.
func unmet(needs [][]domain.RuntimeName, workers []domain.WorkerHeartbeat) (runtimes []domain.RuntimeName) {
	for _, need := range needs {
		if slices.ContainsFunc(workers, func(w domain.WorkerHeartbeat) bool { return w.Has(need) }) {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(need), func(r domain.RuntimeName) bool {
			return slices.ContainsFunc(workers, func(w domain.WorkerHeartbeat) bool { return w.Has([]domain.RuntimeName{r}) })
		})
		if len(missing) == 0 {
			missing = need // each has a worker, but no worker has all
		}
		runtimes = append(runtimes, missing...)
	}
	slices.Sort(runtimes)
	return slices.Compact(runtimes)
}
