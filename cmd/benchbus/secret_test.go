package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheBusFromAFile(t *testing.T) {
	c := newCLI(t)
	file := filepath.Join(t.TempDir(), "bus")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	check := func(code int, sentence string, args ...string) {
		t.Helper()
		got, _, stderr := c.run(append([]string{"status"}, args...)...)
		require.Equal(t, code, got, stderr)
		require.Contains(t, stderr, sentence)
		require.NotContains(t, stderr, "secret")
	}
	write("\n  amqp://user:secret@127.0.0.1:1/ \n")
	check(exitUnavailable, "connect to amqp://127.0.0.1:1/:", "--bus-file", file)
	check(exitUsage, "give either --bus or --bus-file", "--bus-file", file, "--bus=amqp://127.0.0.1:1")
	check(exitUsage, "no such file", "--bus-file", file+"2")

	t.Setenv("BENCHBUS_BUS_FILE", file)
	check(exitUnavailable, "connect to amqp://127.0.0.1:1/:")
	check(exitUnavailable, "connect to amqp://127.0.0.1:2:", "--bus=amqp://127.0.0.1:2") // the flag outweighs the environment
	t.Setenv("BENCHBUS_BUS", "amqp://127.0.0.1:1")
	check(exitUsage, "give either --bus or --bus-file")
	check(exitUnavailable, "connect to amqp://127.0.0.1:1/:", "--bus-file", file)
	write(" \n")
	check(exitUsage, "is empty; it holds the bus's address", "--bus-file", file)
}

func TestAddressesThatPeopleType(t *testing.T) {
	c := newCLI(t)
	check := func(code int, sentence, bus string) {
		t.Helper()
		got, _, stderr := c.run("status", "--bus", bus)
		require.Equal(t, code, got, stderr)
		require.Contains(t, stderr, sentence)
		require.NotContains(t, stderr, "secret")
	}
	check(exitUnavailable, "connect to amqp://127.0.0.1:1/v%401:", " amqp://user:secret@127.0.0.1:1/v%401\n")
	check(exitUsage, "percent-encode it, as %40 in the vhost or the password", "amqp://user:secret@127.0.0.1:1/v@1")
	check(exitUsage, "and a / of the password as %2F", "amqp://user:sec/secret@127.0.0.1:1/")
	check(exitUsage, "inside one process", "\tmemory ")
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	check := func(want, text string) {
		t.Helper()
		require.Equal(t, want, credentials(text))
	}
	check("user:secret", "amqp://user:secret@host/")
	check("user:se@cret@host/v", "--bus=amqps://user:se@cret@host/v@1")
	check("", "amqp://host/")
	check("", "--name=user@host")
	check("", strings.Repeat("x", 3))
}
