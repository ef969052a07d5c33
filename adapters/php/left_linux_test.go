package php

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	benchmarkOf(it).Setup = fmt.Sprintf(`file_put_contents('%s', 'abc'); shmop_open(%d, 'c', 0600, 4321); msg_get_queue(%d); sem_get(%d);`, file, key, key, key)
	// Without the name space they are the host's.
	benchmarkOf(it).Teardown = fmt.Sprintf(`file_put_contents('%s', file_get_contents('/proc/sysvipc/shm'));`, file+".shm")
	_, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	inside, err := os.ReadFile(file + ".shm")
	require.NoError(t, err)
	require.Contains(t, string(inside), " 4321 ")
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Remove(file+".shm"))
	require.Contains(t, b.log.String(), file+" of 3 bytes")
	here := systemV()
	if os.Geteuid() == 0 && uncontained.Load() == 0 {
		require.NotContains(t, fmt.Sprint(here), ":4321 bytes", "it is in a name space of its own")
		require.NotContains(t, b.log.String(), "4321")
		return
	}
	require.Regexp(t, `shared memory \d+ of 4321 bytes`, b.log.String())
	require.Regexp(t, `message queue \d+ of 0 bytes`, b.log.String())
	require.Regexp(t, `semaphore set \d+ of 3 semaphores`, b.log.String())
	clean := b.iteration(`$x = 1;`)
	benchmarkOf(clean).Setup = fmt.Sprintf(`shmop_delete(shmop_open(%d, 'w', 0, 0)); msg_remove_queue(msg_get_queue(%d)); sem_remove(sem_get(%d));`, key, key, key)
	_, err = b.Execute(t.Context(), clean)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(systemV()), ":4321 bytes")
}

// Users other than root get no name space, but a warning.
func TestLeftMemoryAsAnybody(t *testing.T) { elsewhere(t, nobody, "^TestLeftMemory$") }

func TestMuchLeftMemory(t *testing.T) {
	left := Config{}.lookAround()
	for i := range maxLeft + 5 {
		path := filepath.Join("/dev/shm", fmt.Sprintf("benchbus-test-%d-%d", os.Getpid(), i))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		defer os.Remove(path)
	}
	found := left(containment{}, false)
	require.Len(t, found, maxLeft+1)
	require.Equal(t, "and 5 more", found[maxLeft])
}

// inTemp is a path in a folder for temporary files of the system that nobody has.
func inTemp(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("/tmp", fmt.Sprintf("benchbus-left-%d-%s", os.Getpid(), name))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(path)) })
	return path
}

func TestFilesThatAreLeftAreTold(t *testing.T) {
	b := newBench(t, Config{})
	file, folder := inTemp(t, "file"), inTemp(t, "folder")
	it := b.iteration(`$x = 1;`)
	benchmarkOf(it).Setup = fmt.Sprintf(`file_put_contents('%s', 'abc');
		mkdir('%[2]s/deep', 0700, true); file_put_contents('%[2]s/deep/one', 'four'); file_put_contents('%[2]s/two', '567');`, file, folder)
	_, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.Contains(t, b.log.String(), file+" of 3 bytes")
	require.Contains(t, b.log.String(), folder+" of 2 files with 7 bytes")
	require.Equal(t, 1, strings.Count(b.log.String(), file), "what is there already was told")
}

// If a benchmark wrote to no file, new files are those of other programs.
func TestFilesOfOthersAreNotTold(t *testing.T) {
	b := newBench(t, Config{})
	file := inTemp(t, "file")
	it := b.iteration(`$x = 1;`)
	benchmarkOf(it).Setup = fmt.Sprintf(`touch('%s'); echo str_repeat('x', 1000);`, file) // nothing is written
	_, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.FileExists(t, file)
	require.NotContains(t, b.log.String(), "are left")
}

func TestFilesInTheWorkingFolderAreNotTold(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`$x = 1;`)
	benchmarkOf(it).Setup = `file_put_contents('here', 'abc'); file_put_contents(tempnam(sys_get_temp_dir(), 'x'), 'abc'); file_put_contents(__DIR__ . '/there', 'abc');`
	_, err := b.Execute(t.Context(), it)
	require.NoError(t, err)
	require.NotContains(t, b.log.String(), workdirPrefix)
}

func TestFilesThatAreLeftAreToldToAnybody(t *testing.T) {
	elsewhere(t, nobody, "^TestFilesThatAreLeftAreTold$")
}
