package application

import (
	"context"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Report builds the report of a stored run, which may still be running. The counts of
// the [stats.Report] are those of exactly the results in it. Report reads the run
// before its results, so that it misses none of the results that the run counts. It
// returns domain.ErrRunNotFound if the store does not have the run, and a
// stats.ErrBaseline or stats.ErrOptions if the options do not fit the run.
// [stats.Build] says how much memory it takes.
func Report(ctx context.Context, store domain.Store, id domain.RunID, opts stats.Options) (stats.Report, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return stats.Report{}, err
	}
	return stats.Build(run, store.Results(ctx, id), opts)
}
