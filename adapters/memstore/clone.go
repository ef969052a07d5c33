package memstore

import (
	"slices"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// The store copies what goes in and what comes out, so that nobody changes a result by
// changing what they gave or got. It keeps times as a file would: in UTC, without a
// monotonic reading.

func cloneRun(run domain.Run) domain.Run {
	run.RunStatus = cloneStatus(run.RunStatus)
	run.Plan.Entries = slices.Clone(run.Plan.Entries)
	for i, entry := range run.Plan.Entries {
		run.Plan.Entries[i] = entry.Clone()
	}
	run.Plan.Deadline = plain(run.Plan.Deadline)
	return run
}

func cloneStatus(status domain.RunStatus) domain.RunStatus {
	status.Created, status.Started, status.Finished = plain(status.Created), plain(status.Started), plain(status.Finished)
	status.Updated = plain(status.Updated)
	status.Benchmarks, status.Runtimes = slices.Clone(status.Benchmarks), slices.Clone(status.Runtimes)
	return status
}

func cloneResult(result domain.IterationExecuted) domain.IterationExecuted {
	result.Started = plain(result.Started)
	result.Failure = clonePointer(result.Failure)
	result.VariantFailures = append([]domain.VariantFailure(nil), result.VariantFailures...) // nil if there are none
	result.Samples = append([]domain.Sample(nil), result.Samples...)                         // nil if there are none
	result.Environments = append([]domain.Environment(nil), result.Environments...)          // nil if there are none
	for i, e := range result.Environments {
		result.Environments[i] = slices.Clone(e)
	}
	for i := range result.Samples {
		result.Samples[i].CPU = clonePointer(result.Samples[i].CPU)
		result.Samples[i].Notices = append([]domain.Notice(nil), result.Samples[i].Notices...) // nil if there are none
	}
	return result
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	copied := *p
	return &copied
}

func plain(t time.Time) time.Time { return t.Round(0).UTC() }
