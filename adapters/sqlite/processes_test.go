package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/sqlite"
	"github.com/benchbus/benchbus/domain"
)

// The test program starts itself again as other processes, which record.
const (
	recorderVariable = "SQLITE_TEST_RECORDER" // the store's path; set only in those processes
	seedVariable     = "SQLITE_TEST_SEED"     // seeds the order of recording; if empty, in order
	recordedTotal    = 2000
	recordedBatch    = 50
)

func TestMain(m *testing.M) {
	if path := os.Getenv(recorderVariable); path != "" {
		if err := recorder(path, os.Getenv(seedVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// recorder records every iteration of the run. After each call it prints the numbers of
// those that were fresh.
func recorder(path, seed string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path, sqlite.Config{})
	if err != nil {
		return err
	}
	defer store.Close()
	run, err := planned(recordedTotal)
	if err != nil {
		return err
	}
	if err := store.CreateRun(ctx, run); err != nil && !errors.Is(err, domain.ErrRunExists) {
		return err
	}
	all := results(runID, 1, recordedTotal)
	if seed != "" {
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			return err
		}
		rand.New(rand.NewPCG(n, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	for ; len(all) > 0; all = all[recordedBatch:] {
		fresh, err := store.Record(ctx, runID, all[:recordedBatch])
		if err != nil {
			return err
		}
		var line []string
		for i, isFresh := range fresh {
			if isFresh {
				line = append(line, strconv.Itoa(all[i].Iteration))
			}
		}
		fmt.Println(strings.Join(line, " "))
	}
	return nil
}

// startRecorder starts a recorder and returns its output.
func startRecorder(t *testing.T, path, seed string) (*exec.Cmd, io.Reader, *strings.Builder) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), recorderVariable+"="+path, seedVariable+"="+seed)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return cmd, out, &problems
}

// Four processes make the store, create the run and record all of its iterations at the
// same time. Each iteration is fresh in exactly one of them.
func TestSeveralProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	type process struct {
		*exec.Cmd
		out      io.Reader
		problems *strings.Builder
	}
	var all []process
	for i := range 4 {
		cmd, out, problems := startRecorder(t, path, strconv.Itoa(i+1))
		all = append(all, process{cmd, out, problems})
	}
	fresh := map[string]int{}
	for _, p := range all {
		text, err := io.ReadAll(p.out)
		require.NoError(t, err)
		require.NoError(t, p.Wait(), p.problems.String())
		for _, n := range strings.Fields(string(text)) {
			fresh[n]++
		}
	}
	require.Len(t, fresh, recordedTotal)
	for n, times := range fresh {
		require.Equal(t, 1, times, "iteration %s", n)
	}
	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	requireIterations(t, store, runID, recordedTotal)
}

// After a process was killed, everything is there that Record reported as recorded, and
// no call is there in part.
func TestAKilledProcessLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	cmd, out, _ := startRecorder(t, path, "")
	lines := bufio.NewScanner(out)
	for range 5 {
		require.True(t, lines.Scan())
	}
	require.NoError(t, cmd.Process.Kill())
	promised := 5
	for lines.Scan() {
		promised++
	}
	require.Error(t, cmd.Wait())

	store, err := sqlite.Open(t.Context(), path, sqlite.Config{})
	require.NoError(t, err)
	defer store.Close()
	run, err := store.Run(t.Context(), runID)
	require.NoError(t, err)
	require.GreaterOrEqual(t, run.Done, promised*recordedBatch)
	require.Zero(t, run.Done%recordedBatch)
	requireIterations(t, store, runID, run.Done)
}
