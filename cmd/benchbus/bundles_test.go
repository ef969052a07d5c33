package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func digestOfBundle(content string) domain.Digest {
	sum := sha256.Sum256([]byte(content))
	return domain.Digest("sha256:" + hex.EncodeToString(sum[:]))
}

// server is `bundles serve` in a process of its own.
type server struct {
	*exec.Cmd
	address string
	log     <-chan string // what it logs after that, once it has ended
}

// startServer starts a server on a free port, and returns once it listens.
func startServer(t *testing.T, dir, token string) *server {
	t.Helper()
	cmd := exec.Command(os.Args[0], "bundles", "serve", "--listen=127.0.0.1:0", "--dir", dir)
	cmd.Env = append(os.Environ(), asProgram+"=1", bundlesTokenVariable+"="+token)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	reader, log := bufio.NewReader(stderr), make(chan string, 1)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	_, rest, found := strings.Cut(line, "address=")
	require.True(t, found, line)
	address, _, _ := strings.Cut(rest, " ")
	go func() {
		rest, _ := io.ReadAll(reader)
		log <- string(rest)
	}()
	return &server{Cmd: cmd, address: address, log: log}
}

func TestBundlesAreServed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, dir, "secret")
	if environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.Process.Pid)); err == nil { // which only root can read
		require.Contains(t, string(environ), bundlesTokenVariable+"=xxxxxx\x00")
	}
	const content = "a bundle"
	d := digestOfBundle(content)
	open := func(token string) domain.Bundles {
		bundles, err := openBundles(s.address, bundlesToken{token, "--bundles-token-file"})
		require.NoError(t, err)
		return bundles
	}
	right, wrong := open("secret"), open("wrong")
	require.NoError(t, right.Put(t.Context(), d, strings.NewReader(content)))
	require.ErrorContains(t, wrong.Put(t.Context(), d, strings.NewReader(content)), "refuses the token; --bundles-token-file must hold the one that the server was started with")
	r, err := right.Open(t.Context(), d)
	require.NoError(t, err)
	got, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, content, string(got))
	there, err := os.ReadFile(filepath.Join(dir, d.Hex()+".tar.gz"))
	require.NoError(t, err)
	require.Equal(t, content, string(there))

	// A signal lets the transfer finish. The server has begun to take it once more was
	// written than the connection holds.
	large := strings.Repeat("a", 32<<20)
	reader, writer := io.Pipe()
	second := digestOfBundle(large + "end")
	stored := make(chan error, 1)
	go func() { stored <- right.Put(t.Context(), second, reader) }()
	_, err = io.WriteString(writer, large)
	require.NoError(t, err)
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	_, err = io.WriteString(writer, "end")
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, <-stored)
	log := <-s.log
	require.NoError(t, s.Wait())
	require.Contains(t, log, "bundle stored")
	require.Contains(t, log, "no longer serving bundles")
	require.NotContains(t, log, "secret")
	require.FileExists(t, filepath.Join(dir, second.Hex()+".tar.gz"))
	_, err = right.Has(t.Context(), d)
	require.ErrorContains(t, err, "cannot be reached")
}

func TestServingBundlesWrongly(t *testing.T) {
	c := newCLI(t)
	dir := t.TempDir()
	check := func(code int, want string, args ...string) {
		t.Helper()
		got, stdout, stderr := c.run(append([]string{"bundles", "serve"}, args...)...)
		require.Equal(t, code, got, stderr)
		require.Contains(t, stderr, want)
		require.Empty(t, stdout)
		require.NotContains(t, stderr, "secret")
	}
	file := filepath.Join(dir, "token")
	require.NoError(t, os.WriteFile(file, []byte(" \n"), 0o600))
	check(exitUsage, "say where the bundles lie: --dir FOLDER")
	check(exitUsage, "--listen :0 is open to other hosts: set a token, by BENCHBUS_BUNDLES_TOKEN or --token-file", "--dir", dir, "--listen=:0")
	check(exitUsage, "is open to other hosts", "--dir", dir, "--listen=0.0.0.0:0")
	check(exitUsage, "is open to other hosts", "--dir", dir, "--listen=[::]:0")
	check(exitUsage, "--listen nonsense", "--dir", dir, "--listen=nonsense")
	check(exitUsage, "--token-file cannot be read", "--dir", dir, "--token-file", file+"2")
	check(exitUsage, "token is empty; it holds the token alone", "--dir", dir, "--token-file", file)
	check(exitUsage, "must be a size", "--dir", dir, "--max-bytes=lots")
	check(exitUnavailable, "the folder of bundles cannot be used", "--dir", file)
	t.Setenv(bundlesTokenVariable, "sec ret")
	check(exitUsage, "holds white space", "--dir", dir, "--listen=:0")
	t.Setenv(bundlesTokenVariable, "")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	check(exitUnavailable, "address already in use", "--dir", dir, "--listen", listener.Addr().String())
}

func TestPlacesOfBundles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("secret\n"), 0o600))
	token, err := readBundlesToken("--bundles-token-file", file)
	require.NoError(t, err)
	require.Equal(t, bundlesToken{"secret", "--bundles-token-file " + file}, token)
	t.Setenv(bundlesTokenVariable, " other ")
	token, err = readBundlesToken("--bundles-token-file", "")
	require.NoError(t, err)
	require.Equal(t, bundlesToken{"other", "BENCHBUS_BUNDLES_TOKEN or --bundles-token-file"}, token)

	dir := filepath.Join(t.TempDir(), "new")
	bundles, err := openBundles(dir, token)
	require.NoError(t, err)
	require.NoError(t, bundles.Put(t.Context(), digestOfBundle("text"), bytes.NewReader([]byte("text"))))
	require.DirExists(t, dir)
	for where, want := range map[string]string{
		"s3://bucket":           "bundles cannot lie at s3://; name a folder, http://host:8080 or https://host",
		"http://":               "must be like http://host:8080",
		"http://user:secret@ho": "must be without user and password",
		file:                    "the folder of bundles cannot be used",
	} {
		_, err := openBundles(where, token)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "secret")
	}
}
