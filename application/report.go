package application

import (
	"context"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Report builds the report of a stored run, which may be running still:
// [stats.Report] has the counts of exactly the results that it is made of. The
// run is read before its results, so that none of those that it counts is
// missed. domain.ErrRunNotFound. [stats.Build] says how much memory it takes, and
// what the baselines are; one that the run does not have is a stats.ErrBaseline.
func Report(ctx context.Context, store domain.Store, id domain.RunID, baselines ...string) (stats.Report, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return stats.Report{}, err
	}
	return stats.Build(run, store.Results(ctx, id), baselines...)
}
