package application

import (
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// look finds out now and then whether outstanding iterations wait for a runtime that
// no worker has, and says so: such a run stands still, and nobody would know why.
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

// unmet returns, sorted, the runtimes of those sets that no worker has whole.
func unmet(needs [][]domain.RuntimeName, workers []domain.WorkerHeartbeat) (runtimes []domain.RuntimeName) {
	for _, need := range needs {
		if slices.ContainsFunc(workers, func(w domain.WorkerHeartbeat) bool { return w.Has(need) }) {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(need), func(r domain.RuntimeName) bool {
			return slices.ContainsFunc(workers, func(w domain.WorkerHeartbeat) bool { return w.Has([]domain.RuntimeName{r}) })
		})
		if len(missing) == 0 {
			missing = need // which no worker has together
		}
		runtimes = append(runtimes, missing...)
	}
	slices.Sort(runtimes)
	return slices.Compact(runtimes)
}
