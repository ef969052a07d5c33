package php

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLeftMemory leaves shared memory, semaphores, a message queue and a file in
// /dev/shm behind, and then finds and removes them.
func TestLeftMemory(t *testing.T) {
	b := newBench(t, Config{})
	file := filepath.Join("/dev/shm", fmt.Sprintf("benchbus-test-%d", os.Getpid()))
	it := b.iteration(`$x = 1;`)
	key := os.Getpid()
	it.Benchmark.Setup = fmt.Sprintf(`file_put_contents('%s', 'abc'); shmop_open(%d, 'c', 0600, 4321); msg_get_queue(%d); sem_get(%d);`, file, key, key, key)
	// Without the name space they are the host's.
	it.Benchmark.Teardown = fmt.Sprintf(`file_put_contents('%s', file_get_contents('/proc/sysvipc/shm'));`, file+".shm")
	_, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	inside, err := os.ReadFile(file + ".shm")
	require.NoError(t, err)
	require.Contains(t, string(inside), " 4321 ")
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Remove(file+".shm"))
	require.Contains(t, b.log.String(), file+" of 3 bytes")
	here := map[string]string{}
	addSystemV(here)
	if os.Geteuid() == 0 && uncontained.Load() == 0 {
		require.NotContains(t, fmt.Sprint(here), ":4321 bytes", "it is in a name space of its own")
		require.NotContains(t, b.log.String(), "4321")
		return
	}
	require.Regexp(t, `shared memory \d+ of 4321 bytes`, b.log.String())
	require.Regexp(t, `message queue \d+ of 0 bytes`, b.log.String())
	require.Regexp(t, `semaphore set \d+ of 3 semaphores`, b.log.String())
	clean := b.iteration(`$x = 1;`)
	clean.Benchmark.Setup = fmt.Sprintf(`shmop_delete(shmop_open(%d, 'w', 0, 0)); msg_remove_queue(msg_get_queue(%d)); sem_remove(sem_get(%d));`, key, key, key)
	_, err = b.Execute(t.Context(), clean)
	require.NoError(t, err)
	after := map[string]string{}
	addSystemV(after)
	require.NotContains(t, fmt.Sprint(after), ":4321 bytes")
}

// As anybody but root there is no name space, but a warning.
func TestLeftMemoryAsAnybody(t *testing.T) { elsewhere(t, nobody, "^TestLeftMemory$") }

func TestMuchLeftMemory(t *testing.T) {
	left := leftMemory()
	for i := range maxLeft + 5 {
		path := filepath.Join("/dev/shm", fmt.Sprintf("benchbus-test-%d-%d", os.Getpid(), i))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		defer os.Remove(path)
	}
	found := left(containment{})
	require.Len(t, found, maxLeft+1)
	require.Equal(t, "and 5 more", found[maxLeft])
}
