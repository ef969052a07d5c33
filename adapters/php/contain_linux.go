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

// containment is what the kernel offers, where it lets this program use it, to
// keep in what a process starts and leaves behind. Nothing depends on it.
type containment struct {
	// group is a control group (version 2) of its own; nil: none.
	group *os.File
	// ipc tells that System V shared memory, semaphores and message queues
	// are its own, and go when the process does.
	ipc bool
}

// uncontained counts what has been found not to be allowed, although it looked
// so: first the name space, then the control group.
var uncontained atomic.Int32

// startContained starts a command, and gives up of the containment what is not
// allowed. A command that has failed to start cannot be started again, so that
// each try is with a copy.
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
		if exhausted(err) { // which no containment is to blame for
			return try, containment{}, err
		}
	}
}

// groups is the folder of control groups that this program may add to; empty
// where there is none.
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

// newGroup makes a control group for one process; nil: it cannot be made.
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

// lockGroup opens and locks a group; nil: it is in use.
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

// removeStaleGroups ends the groups of programs that were killed. The number in
// the name may be one of another name space, which is why there is a lock too.
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

// end kills what is in the group, takes the group away, and returns how many
// processes there were beside the leader, which has ended.
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
	// It can be removed once they are dead.
	for deadline := time.Now().Add(sweepTime); os.Remove(path) != nil && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	return left
}
