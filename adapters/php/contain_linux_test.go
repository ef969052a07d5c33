package php

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// elsewhere runs tests in a process of their own. The command starts it, as that user if
// the user is not 0.
func elsewhere(t *testing.T, user uint32, tests string, command ...string) {
	t.Helper()
	if os.Getuid() != 0 && user != 0 {
		t.Skip("only root can start a process of another user")
	}
	dir, err := os.MkdirTemp("", "benchbus-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o777)) // the folder of the binary is closed to others
	program := filepath.Join(dir, "program")
	from, err := os.Open(os.Args[0])
	require.NoError(t, err)
	defer from.Close()
	to, err := os.OpenFile(program, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
	command = append(command, program, "-test.run="+tests)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

const nobody = 65534

func TestLeavesNoProcessBehindAsAnybody(t *testing.T) {
	elsewhere(t, nobody, "^TestLeavesNoProcessBehind$/^after_a_result$")
}

// If file locks are limited, another resource is the mark.
func TestLimitedFileLocks(t *testing.T) {
	elsewhere(t, nobody, "^TestLeavesNoProcessBehind$/^after_a_result$", "prlimit", "--locks=1024")
}

// If no resource is left for a mark, everything works, and one warning says so.
func TestNothingIsLeftToMark(t *testing.T) {
	elsewhere(t, nobody, "^TestWithoutMark$", "prlimit", "--locks=1024", "--rttime=1000000")
}

func TestWithoutMark(t *testing.T) {
	if unlimited(unix.RLIMIT_LOCKS) || unlimited(unix.RLIMIT_RTTIME) {
		t.Skip("TestNothingIsLeftToMark runs this under its limits")
	}
	b := newBench(t, Config{})
	for range 2 {
		_, err := b.Execute(t.Context(), b.iteration(`$x = 1;`))
		require.NoError(t, err)
	}
	require.Equal(t, 1, strings.Count(b.log.String(), "may not all be found"), b.log.String())
}

// If this program is no subreaper, only the control group finds processes that change
// their mark.
func TestTheGroupCatchesWhatTheMarkDoesNot(t *testing.T) {
	group := newGroup()
	if group == nil {
		t.Skip("no control group (version 2) can be made here")
	}
	containment{group: group}.end(0)
	require.NoError(t, unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0))
	defer AdoptOrphans()
	b := newBench(t, Config{})
	it := b.iteration(`$x = 1;`)
	benchmarkOf(it).Setup = `exec('setsid prlimit --locks=7:7 --rttime=7:7 sh -c "echo \$\$ > ' . $out . '; exec sleep 1000" >/dev/null 2>&1 &');
		while (!is_file($out) || !filesize($out)) { usleep(1000); clearstatcache(); }`
	pid, err := strconv.Atoi(strings.TrimSpace(b.output(t, it)))
	require.NoError(t, err)
	require.True(t, dead(pid))
	require.Contains(t, b.log.String(), "left processes behind")
	left, err := filepath.Glob(filepath.Join(groups(), fmt.Sprintf("benchbus-%d-*", os.Getpid())))
	require.NoError(t, err)
	require.Empty(t, left)
}

// A killed program leaves its groups behind, and the next program ends them.
func TestStaleGroupsAreEnded(t *testing.T) {
	if groups() == "" {
		t.Skip("no control group (version 2) can be made here")
	}
	ended := exec.Command("true")
	require.NoError(t, ended.Run())
	stale := filepath.Join(groups(), fmt.Sprintf("benchbus-%d-1", ended.Process.Pid))
	require.NoError(t, os.Mkdir(stale, 0o755))
	inUse := newGroup()
	defer containment{group: inUse}.end(0)
	group, err := os.Open(stale)
	require.NoError(t, err)
	defer group.Close()
	left := exec.Command("sleep", "1000")
	left.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: int(group.Fd())}
	require.NoError(t, left.Start())
	removeStaleGroups(groups())
	require.Error(t, left.Wait(), "it was killed")
	require.NoDirExists(t, stale)
	require.DirExists(t, inUse.Name())
}

// A means of containment that the kernel refuses is given up, and the sample is taken.
func TestWithoutNameSpace(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root is allowed a name space in the first place")
	}
	var caps unix.CapUserData
	require.NoError(t, unix.Capget(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_1}, &caps))
	if caps.Effective&(1<<unix.CAP_SYS_ADMIN) != 0 {
		elsewhere(t, 0, "^TestWithoutNameSpace$", "setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin")
		return
	}
	b := newBench(t, Config{})
	_, err := b.Execute(t.Context(), b.iteration(`$x = 1;`))
	require.NoError(t, err)
	require.EqualValues(t, 1, uncontained.Load())
	require.Equal(t, 1, strings.Count(b.log.String(), "less to contain them"))
}
