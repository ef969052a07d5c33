// Package storetest is the conformance suite of [domain.Store], which every store must
// pass. An adapter's test calls [Run] with a function that opens an empty store. It
// also calls [RunShared] if several handles can share the same data.
//
// Two rules make "equal to what was recorded" exact: times come back in UTC without a
// monotonic reading, and no samples come back as nil.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// patience bounds every test of the suite. No assertion depends on it.
const patience = time.Minute

// Run tests a store for the contract of [domain.Store]. open returns an empty store of
// its own for each test, which the suite closes. It may use t to clean up and to fail.
func Run(t *testing.T, open func(t *testing.T) domain.Store) {
	for name, test := range map[string]func(*suite){
		"a run comes back as it was created":              runAsCreated,
		"a run keeps no hold of what the caller changes":  runIsACopy,
		"an id can be taken once":                         idOnce,
		"an unknown run is not found":                     notFound,
		"UpdateRun writes state, times and duplicates":    update,
		"counts follow from the results":                  counts,
		"what is outstanding of a cancelled run":          cancelledCounts,
		"Runs are listed newest first":                    newestFirst,
		"Runs are found by prefix, which is no pattern":   byPrefix,
		"results come back as they were recorded":         asRecorded,
		"results keep no hold of what the caller changes": resultsAreCopies,
		"any result comes back":                           anyResult,
		"the first result of an iteration stays":          firstStays,
		"a failure that is forgotten is outstanding":      reopened,
		"a run that is over stays over":                   overStaysOver,
		"a run without all results is not completed":      incomplete,
		"a run that is removed is gone":                   removed,
		"a run that is worked at is not removed":          activeStays,
		"a run can be removed while it is read":           removedWhileRead,
		"nothing to record":                               nothingToRecord,
		"all results of a call are recorded or none":      allOrNone,
		"a large call":                                     largeCall,
		"an iteration of thousands of samples":             manySamples,
		"runs are kept apart":                              runsApart,
		"results are in order of their iterations":         inOrder,
		"reading can stop at any time":                     stopEarly,
		"reading and writing while reading":                whileReading,
		"every iteration is fresh once, whoever records":   freshOnce,
		"runs are created and read by many at once":        manyAtOnce,
		"a context that has ended ends everything":         endedContext,
		"a context that ends meanwhile leaves all or none": endingContext,
		"after Close everything fails":                     afterClose,
		"Close while the store is in use":                  closeInUse,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			store := open(t)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			test(&suite{T: t, Store: store, ctx: ctx})
		})
	}
}

// suite holds one test and its store.
type suite struct {
	*testing.T
	domain.Store
	ctx context.Context
}

// create adds a run of that many iterations.
func (s *suite) create(id domain.RunID, iterations int) domain.Run {
	s.Helper()
	run := newRun(s, id, iterations)
	require.NoError(s, s.CreateRun(s.ctx, run))
	return run
}

// record records the results and returns which of them were fresh.
func (s *suite) record(run domain.RunID, results ...domain.IterationExecuted) []bool {
	s.Helper()
	fresh, err := s.Record(s.ctx, run, results)
	require.NoError(s, err)
	require.Len(s, fresh, len(results))
	return fresh
}

// status returns the run's status.
func (s *suite) status(id domain.RunID) domain.RunStatus {
	s.Helper()
	run, err := s.Store.Run(s.ctx, id)
	require.NoError(s, err)
	return run.RunStatus
}

// results returns all results of the run.
func (s *suite) results(id domain.RunID) []domain.IterationExecuted {
	s.Helper()
	var all []domain.IterationExecuted
	for r, err := range s.Results(s.ctx, id) {
		require.NoError(s, err)
		all = append(all, r)
	}
	return all
}

// recorded returns the iterations of the run that have a result.
func (s *suite) recorded(id domain.RunID) []domain.Recorded {
	s.Helper()
	var all []domain.Recorded
	for r, err := range s.Recorded(s.ctx, id) {
		require.NoError(s, err)
		all = append(all, r)
	}
	return all
}
