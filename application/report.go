package application

import (
	"context"

	"github.com/benchbus/benchbus/domain"
	"github.com/benchbus/benchbus/domain/stats"
)

// Report builds the report of a stored run, which may be running still:
// [stats.Report] has the counts of exactly the results that it is made of. The
// run is read before its results, so that none of those that it counts is
// missed. domain.ErrRunNotFound; a stats.ErrBaseline or stats.ErrOptions where the
// run cannot be read as the options say. [stats.Build] says how much memory it takes.
func Report(ctx context.Context, store domain.Store, id domain.RunID, opts stats.Options) (stats.Report, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return stats.Report{}, err
	}
	return stats.Build(run, store.Results(ctx, id), opts)
}
