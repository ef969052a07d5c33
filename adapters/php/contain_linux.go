package php

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// containment holds the kernel's means to find what a process starts and leaves
// behind. They are optional: the kernel may not allow this program to use them.
type containment struct {
	// group is the process's own control group (version 2), or nil.
	group *os.File
	// ipc is true if the process has its own IPC name space. Its System V shared
	// memory, semaphores and message queues then disappear when it ends.
	ipc bool
}

// uncontained counts the means that the kernel refused although they looked available:
// at 1 the name space is given up, at 2 the control group as well.
var uncontained atomic.Int32

// startContained starts a command, and gives up the means of containment that the
// kernel refuses. It starts a copy in each attempt, since a command that failed to
// start cannot be started again.
func startContained(cmd *exec.Cmd, cpu int, logger *slog.Logger) (*exec.Cmd, containment, error) {
	before := uncontained.Load()
	for given := before; ; given++ {
		c := containment{ipc: given < 1 && os.Geteuid() == 0}
		if given < 2 {
			c.group = newGroup()
		}
		try := &exec.Cmd{Path: cmd.Path, Args: cmd.Args, Env: cmd.Env, Dir: cmd.Dir,
			Stdout: cmd.Stdout, Stderr: cmd.Stderr, ExtraFiles: cmd.ExtraFiles, SysProcAttr: ownGroup(), Err: cmd.Err}
		if c.ipc {
			try.SysProcAttr.Cloneflags = unix.CLONE_NEWIPC
		}
		if c.group != nil {
			try.SysProcAttr.UseCgroupFD, try.SysProcAttr.CgroupFD = true, int(c.group.Fd())
		}
		err := startOn(try, cpu)
		if err == nil && given > before && uncontained.CompareAndSwap(before, given) {
			logger.Warn("processes are started with less to contain them than this system seemed to allow", "name_space", c.ipc, "control_group", c.group != nil)
		}
		if err == nil || !c.ipc && c.group == nil {
			return try, c, err
		}
		c.end(0)
		if exhausted(err) { // containment is not the cause
			return try, containment{}, err
		}
	}
}

// groups returns the folder in which this program may create control groups, or "" if
// there is none.
var groups = sync.OnceValue(func() string {
	membership, err := os.ReadFile("/proc/self/cgroup")
	_, own, found := strings.Cut("\n"+string(membership), "\n0::")
	if err != nil || !found {
		return ""
	}
	own, _, _ = strings.Cut(own, "\n")
	for _, mount := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
		folder := filepath.Join(mount, own)
		if unix.Access(filepath.Join(folder, "cgroup.procs"), unix.W_OK) == nil {
			removeStaleGroups(folder)
			return folder
		}
	}
	return ""
})

var groupNumber atomic.Int64

// newGroup makes a control group for one process, or returns nil if it cannot.
func newGroup() *os.File {
	if groups() == "" {
		return nil
	}
	path := filepath.Join(groups(), fmt.Sprintf("benchbus-%d-%d", os.Getpid(), groupNumber.Add(1)))
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil
	}
	if unix.Access(filepath.Join(path, "cgroup.kill"), unix.W_OK) == nil { // since Linux 5.14
		if group := lockGroup(path); group != nil {
			return group
		}
	}
	_ = os.Remove(path)
	return nil
}

// lockGroup opens and locks a group, or returns nil if it is in use.
func lockGroup(path string) *os.File {
	group, err := os.Open(path)
	if err != nil {
		return nil
	}
	if unix.Flock(int(group.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		_ = group.Close()
		return nil
	}
	return group
}

// removeStaleGroups ends the groups of programs that were killed. It takes the lock as
// well as checking the process id in the name, which may belong to another name space.
func removeStaleGroups(folder string) {
	paths, _ := filepath.Glob(filepath.Join(folder, "benchbus-*-*"))
	for _, path := range paths {
		pid, _ := strconv.Atoi(strings.Split(filepath.Base(path), "-")[1])
		if !dead(pid) {
			continue
		}
		if group := lockGroup(path); group != nil {
			containment{group: group}.end(0)
		}
	}
}

// end kills the processes in the group and removes the group. It returns the number of
// processes other than the leader, which has ended before.
func (c containment) end(leader int) int {
	if c.group == nil {
		return 0
	}
	defer c.group.Close()
	path := c.group.Name()
	members, _ := os.ReadFile(filepath.Join(path, "cgroup.procs"))
	left := len(strings.Fields(strings.ReplaceAll("\n"+string(members), fmt.Sprintf("\n%d\n", leader), "\n")))
	if left > 0 {
		_ = os.WriteFile(filepath.Join(path, "cgroup.kill"), []byte("1"), 0)
	}
	// The group can be removed once its processes are dead.
	for deadline := time.Now().Add(sweepTime); os.Remove(path) != nil && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return left
}
