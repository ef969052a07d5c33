// Package broker gives tests a RabbitMQ node: that of AMQP_URL, or a private one that
// scripts/rabbitmq runs.
package broker

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// URL returns the address of a broker that tests share. With -short it skips the test.
// If there is no broker, the test fails.
func URL(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test needs a broker")
	}
	if url := os.Getenv("AMQP_URL"); url != "" {
		return url
	}
	node, err := shared()
	require.NoError(t, err)
	return node.URL
}

// shared starts one node for the whole process. It ends with the process.
var shared = sync.OnceValues(func() (*Node, error) { return New() })

// Controlled returns a shared node on which a test may run rabbitmqctl. If RABBITMQ_DIR
// is set, it is the folder of the node of AMQP_URL, and Controlled returns that node.
// Otherwise it returns a private one. With -short it skips the test.
func Controlled(t testing.TB) *Node {
	t.Helper()
	url, dir := URL(t), os.Getenv("RABBITMQ_DIR")
	if dir != "" {
		return &Node{URL: url, dir: dir}
	}
	node, err := shared()
	require.NoError(t, err)
	return node
}

// Node is a private RabbitMQ node.
type Node struct {
	URL string
	dir string
}

// Start starts a node for one test alone, which may stop and kill it. With -short it
// skips the test.
func Start(t testing.TB) *Node {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: this test needs a broker of its own")
	}
	n, err := New()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = n.script("remove") })
	return n
}

// New starts a node; Remove ends it.
func New() (*Node, error) {
	dir, err := os.MkdirTemp("", "benchbus-rabbitmq-")
	if err != nil {
		return nil, err
	}
	n := &Node{dir: dir}
	return n, n.Start()
}

// Start starts the node, also after Stop or Kill.
func (n *Node) Start() error {
	url, err := n.script("start")
	n.URL = strings.TrimSpace(url)
	return err
}

// Stop stops the node and keeps its data.
func (n *Node) Stop() error { _, err := n.script("stop"); return err }

// Kill kills the node without a shutdown.
func (n *Node) Kill() error { _, err := n.script("kill"); return err }

// Ctl runs rabbitmqctl and returns what it prints.
func (n *Node) Ctl(args ...string) (string, error) { return n.script("ctl", args...) }

// PID returns the process id of the node.
func (n *Node) PID() (int, error) {
	text, err := os.ReadFile(filepath.Join(n.dir, "pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

// Remove stops the node and deletes its data.
func (n *Node) Remove() error { _, err := n.script("remove"); return err }

func (n *Node) script(command string, args ...string) (string, error) {
	_, file, _, _ := runtime.Caller(0)
	script := filepath.Join(filepath.Dir(file), "..", "rabbitmq")
	cmd := exec.Command(script, append([]string{command, n.dir}, args...)...)
	cmd.Env = append(os.Environ(), "RABBITMQ_OWNER="+strconv.Itoa(os.Getpid()))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("scripts/rabbitmq %s: %w: %s", command, err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}
