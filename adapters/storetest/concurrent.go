package storetest

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

// parallel calls f in n goroutines and waits for them. A require that fails in one of
// them ends that goroutine, and then the test.
func parallel(s *suite, n int, f func(worker int)) {
	var all sync.WaitGroup
	for worker := range n {
		all.Go(func() { f(worker) })
	}
	all.Wait()
	if s.Failed() {
		s.FailNow()
	}
}

func freshOnce(s *suite) {
	const total = 1500
	s.create(first, total)
	overlapping(s, func(int) domain.Store { return s.Store }, total)
}

// overlapping has eight recorders record the iterations 1 to total. Each records all of
// them, in batches and in an order of its own. It requires that each iteration is fresh
// for one recorder, and that the store keeps that one's result.
func overlapping(s *suite, store func(worker int) domain.Store, total int) {
	var mu sync.Mutex
	winner := map[int]string{}
	parallel(s, 8, func(worker int) {
		random := rand.New(rand.NewPCG(uint64(worker), 1))
		name := fmt.Sprintf("worker-%d", worker)
		numbers := random.Perm(total)
		for len(numbers) > 0 {
			n := min(len(numbers), 1+random.IntN(100))
			var results []domain.IterationExecuted
			for _, number := range numbers[:n] {
				r := result(first, number+1)
				r.Worker = name
				results = append(results, r)
			}
			fresh, err := store(worker).Record(s.ctx, first, results)
			require.NoError(s, err)
			mu.Lock()
			for i, r := range results {
				if fresh[i] {
					require.Empty(s, winner[r.Iteration], "iteration %d is fresh twice", r.Iteration)
					winner[r.Iteration] = name
				}
			}
			mu.Unlock()
			numbers = numbers[n:]
		}
	})
	require.Len(s, winner, total)
	kept := s.results(first)
	require.Len(s, kept, total)
	for _, r := range kept {
		require.Equal(s, winner[r.Iteration], r.Worker, "iteration %d", r.Iteration)
	}
	require.Equal(s, domain.Counts{Planned: total, Done: total}, s.status(first).Counts)
}
