package php

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/benchbus/benchbus/domain"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestEnvironmentIsClean(t *testing.T) {
	t.Setenv("BENCHBUS_BUS", "amqp://user:secret@host/")
	t.Setenv("SECRET", "secret")
	b := newBench(t, Config{})
	it := b.iteration(`file_put_contents($out, file_get_contents('/proc/self/environ') . "\0@" . getcwd() . '@' . sys_get_temp_dir()
		. '@' . count(scandir('.')) . '@' . stream_get_contents(STDIN) . '@' . implode(' ', array_filter(array_map('readlink', glob('/proc/self/fd/*')))));`)
	benchmarkOf(it).Revolutions = 1
	parts := strings.Split(b.output(t, it), "@")
	names := map[string]string{}
	for pair := range strings.SplitSeq(strings.Trim(parts[0], "\x00"), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		names[name] = value
	}
	require.NotContains(t, parts[0], "secret")
	work := parts[1]
	require.True(t, strings.HasPrefix(work, b.temp))
	require.Equal(t, []string{work, work, work, "C.UTF-8", "off", os.Getenv("PATH")},
		[]string{names["HOME"], names["TMPDIR"], parts[2], names["LANG"], names["XDEBUG_MODE"], names["PATH"]})
	require.Equal(t, strings.Repeat("x", padding(it.Seed, 1)), names["PADDING"])
	for name := range names {
		// PHPRC and the next two are a launcher's own, what follows is its shell's.
		require.Contains(t, []string{
			"PATH", "HOME", "TMPDIR", "LANG", "XDEBUG_MODE", "PADDING",
			"PHPRC", "PHP_INI_SCAN_DIR", "GCONV_PATH", "PWD", "OLDPWD", "_",
		}, name)
	}
	require.Equal(t, "3", parts[3], "the folder has more than the script")
	require.Empty(t, parts[4], "there is input")
	pipes := map[string]bool{}
	for file := range strings.FieldsSeq(parts[5]) {
		switch {
		case strings.HasPrefix(file, "pipe:"):
			pipes[file] = true
		default:
			require.True(t, file == "/dev/null" || strings.HasPrefix(file, b.temp), "inherited: %s", file)
		}
	}
	require.Len(t, pipes, 3, "output, reports, and instructions")
}

func TestPaddingVaries(t *testing.T) {
	lengths := map[int]bool{}
	for position := range 100 {
		n := padding(7, position)
		require.Equal(t, n, padding(7, position))
		require.True(t, 0 <= n && n <= maxPadding)
		lengths[n] = true
	}
	require.Greater(t, len(lengths), 80)
}

func TestLimits(t *testing.T) {
	b := newBench(t, Config{MemoryLimit: 100 << 20, FileSizeLimit: 5 << 20})
	it := b.iteration(`file_put_contents($out, ini_get('memory_limit') . "\n" . file_get_contents('/proc/self/limits'));`)
	got := b.output(t, it)
	require.Contains(t, got, "104857600\n")
	for name, most := range map[string]int{"Max data size": 100<<20 + memoryMargin, "Max file size": 5 << 20, "Max core file size": 0} {
		require.Regexp(t, fmt.Sprintf(`%s +%d +%d `, name, most, most), got)
	}
}

// TestLimitsComeFirst starts PHP through a command that waits for it, so that the started
// process is not PHP, and through a slow command.
func TestLimitsComeFirst(t *testing.T) {
	b := newBench(t, Config{})
	php, err := b.Lookup(b.runtimes[len(b.runtimes)-1])
	require.NoError(t, err)
	for name, script := range map[string]string{
		"waits": `"` + php.Command[0] + `" "$@"; exit $?`,
		"slow":  `sleep 0.2; exec "` + php.Command[0] + `" "$@"`,
	} {
		wrapper := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(wrapper, []byte("#!/bin/sh\n"+script+"\n"), 0o700))
		wrapped := newBench(t, Config{Commands: map[domain.RuntimeName][]string{"wrapped": {wrapper}}, FileSizeLimit: 5 << 20})
		it := wrapped.iteration(`file_put_contents($out, file_get_contents('/proc/self/limits'));`, "wrapped")
		require.Regexp(t, `Max file size +5242880 +5242880 `, wrapped.output(t, it))
	}
}

// TestALowerLimitStays: limits that are already lower are not raised.
func TestALowerLimitStays(t *testing.T) {
	b := newBench(t, Config{})
	php, err := b.Lookup(b.runtimes[len(b.runtimes)-1])
	require.NoError(t, err)
	wrapper := filepath.Join(t.TempDir(), "limited")
	require.NoError(t, os.WriteFile(wrapper, []byte("#!/bin/sh\nulimit -f 2048\nexec \""+php.Command[0]+"\" \"$@\"\n"), 0o700))
	limited := newBench(t, Config{Commands: map[domain.RuntimeName][]string{"limited": {wrapper}}, FileSizeLimit: 5 << 20})
	it := limited.iteration(`file_put_contents($out, file_get_contents('/proc/self/limits'));`, "limited")
	require.Regexp(t, `Max file size +(1048576 +1048576|2097152 +2097152) `, limited.output(t, it), "2048 blocks of 512 or 1024 bytes")
}

func TestAffinity(t *testing.T) {
	b := newBench(t, Config{})
	var before unix.CPUSet
	require.NoError(t, unix.SchedGetaffinity(0, &before))
	for cpu := range runtime.NumCPU() {
		it := b.iteration(`preg_match('/Cpus_allowed_list:\s+(\S+)/', file_get_contents('/proc/self/status'), $m); file_put_contents($out, $m[1]);`)
		it.CPU = cpu
		require.Equal(t, strconv.Itoa(cpu), b.output(t, it))
	}
	// No thread of this program stays on one core.
	threads, err := filepath.Glob("/proc/self/task/*")
	require.NoError(t, err)
	for _, thread := range threads {
		tid, err := strconv.Atoi(filepath.Base(thread))
		require.NoError(t, err)
		var now unix.CPUSet
		if unix.SchedGetaffinity(tid, &now) == nil {
			require.Equal(t, before, now)
		}
	}
	it := b.iteration(`$x = 1;`)
	it.CPU = 1000
	require.Contains(t, b.failure(t, it, domain.ClassSpawn).Message, "pin to core 1000")
}

// leftovers starts processes that outlive the code in every possible way. Each writes its
// id into a file first.
const leftovers = `
	foreach (array(
		'sleep 1000',                                             // in the group, holds the output
		'exec >/dev/null 2>&1; sleep 1000',                       // does not
		'exec setsid sh -c "echo \$\$ >> PIDS; exec sleep 1000"', // left the group
		'cd /; exec env -i /usr/bin/setsid sh -c "echo \$\$ >> PIDS; exec sleep 1000" >/dev/null 2>&1', // and everything else
		'exec setsid prlimit --locks=7:7 --rttime=7:7 sh -c "echo \$\$ >> PIDS; exec sleep 1000" >/dev/null 2>&1', // and its mark
		'trap "" TERM HUP INT; while :; do sleep 1; done',
	) as $command) {
		$pids = $out . '.pids';
		exec('sh -c ' . escapeshellarg('echo $$ >> ' . $pids . '; ' . str_replace('PIDS', $pids, $command)) . ' >/dev/null &');
	}
	while (substr_count((string) @file_get_contents($pids), "\n") < 9) { usleep(1000); clearstatcache(); }
	file_put_contents($out, 'started');`

func TestLeavesNoProcessBehind(t *testing.T) {
	check := func(name, then string, class domain.FailureClass, interrupt bool) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			b := newBench(t, Config{OutputLimit: 1 << 20})
			out := filepath.Join(t.TempDir(), "out")
			it := b.iteration(then)
			benchmarkOf(it).Setup = "$out = '" + out + "';" + leftovers
			it.SampleTimeout = 3 * time.Second
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if interrupt {
				go func() {
					for ctx.Err() == nil {
						if _, err := os.Stat(out); err == nil {
							cancel()
						}
						runtime.Gosched()
					}
				}()
			}
			_, err := b.Execute(ctx, it)
			switch {
			case interrupt:
				require.ErrorIs(t, err, context.Canceled)
			case class != "":
				require.Equal(t, class, domain.FailureOf(err, 1).Class, "%v", err)
			default:
				require.NoError(t, err)
				require.Contains(t, b.log.String(), "left processes behind")
			}
			pids, err := os.ReadFile(out + ".pids")
			require.NoError(t, err)
			require.Len(t, strings.Fields(string(pids)), 9)
			for text := range strings.FieldsSeq(string(pids)) {
				pid, err := strconv.Atoi(text)
				require.NoError(t, err)
				require.True(t, dead(pid), "process %d is left", pid)
			}
		})
	}
	check("after a result", `$x = 1;`, "", false)
	check("after an error", `throw new Exception;`, domain.ClassCode, false)
	check("after a time-out", `while (true) { $x = 1; }`, domain.ClassTimeout, false)
	check("after too much output", `while (true) { echo str_repeat('x', 4096); }`, domain.ClassLimit, false)
	check("after being killed", `exec('kill -9 ' . getmypid());`, domain.ClassKilled, false)
	check("after an interruption", `while (true) { $x = 1; }`, "", true)
}

// TestForks forks inside of the batch: the children run on, and their reports
// must not be taken for the parent's.
func TestForks(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`if (++$n == 3) { pcntl_fork(); }`)
	benchmarkOf(it).Setup = `$n = 0;`
	_, err := b.Execute(context.Background(), it)
	require.NoError(t, err)
}

func TestFolderIsRemoved(t *testing.T) {
	b := newBench(t, Config{}) // checks at the end that nothing is left
	_, err := b.Execute(context.Background(), b.iteration(`
		mkdir('a/b/c', 0777, true); touch('a/b/c/d'); symlink('/', 'a/root'); chmod('a/b', 0); touch('../../' . basename(dirname(getcwd())) . '/beside');`))
	require.NoError(t, err)
}

// TestOutputBlocks checks the flags of the descriptors that PHP gets. A descriptor that
// does not block would lose output.
func TestOutputBlocks(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration(`file_put_contents($out, implode(' ', array_map(function ($fd) {
		sscanf(strstr(file_get_contents("/proc/self/fdinfo/$fd"), 'flags:'), 'flags: %o', $flags); return $flags & 04000; }, array(1, 2, 3, 4))));`)
	require.Equal(t, "0 0 0 0", b.output(t, it))
}

func TestFoldersByOtherNames(t *testing.T) {
	b := newBench(t, Config{})
	b.Runtimes()
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(b.temp, link))
	here, err := os.Getwd()
	require.NoError(t, err)
	relative, err := filepath.Rel(here, link)
	require.NoError(t, err)
	b.cfg.TempDir = relative
	f := b.failure(t, b.iteration(`nope();`), domain.ClassCode)
	require.Contains(t, f.Message, "in code:1")
}

func TestPHPThatDoesNotStart(t *testing.T) {
	b := newBench(t, Config{})
	wrapper := filepath.Join(t.TempDir(), "php")
	php, err := b.Lookup(b.runtimes[0])
	require.NoError(t, err)
	// Its question it answers; the second time it does not start.
	require.NoError(t, os.WriteFile(wrapper, []byte("#!/bin/sh\ncase \"$*\" in *harness.php*) echo 'no such library' >&2; exit 127;; esac\nexec \""+php.Command[0]+"\" \"$@\"\n"), 0o700))
	broken := newBench(t, Config{Commands: map[domain.RuntimeName][]string{"broken": {wrapper}}})
	it := broken.iteration(`$x = 1;`, "broken")
	f := broken.failure(t, it, domain.ClassSpawn)
	require.Equal(t, "broken: before PHP was ready: PHP ended with status 127, before any code ran: no such library", f.Message)

	require.NoError(t, os.Remove(wrapper))
	given := uncontained.Load()
	require.Contains(t, broken.failure(t, it, domain.ClassSpawn).Message, "broken does not start: ")
	require.Equal(t, given, uncontained.Load(), "it is not the containment's fault")
}
