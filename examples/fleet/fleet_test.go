// Package fleet_test runs the two services against the broker of AMQP_URL.
package fleet_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build builds the service in that folder, which is a module of its own.
func build(t *testing.T, service string) string {
	path := filepath.Join(t.TempDir(), service)
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = service
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

func TestTwoServices(t *testing.T) {
	if os.Getenv("AMQP_URL") == "" {
		t.Fatal("AMQP_URL is not set; in this folder: ../../scripts/rabbitmq run go test ./...")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	worker := exec.CommandContext(ctx, build(t, "worker"))
	var log bytes.Buffer
	worker.Stderr = &log
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, build(t, "dispatcher")).CombinedOutput()
	if err != nil {
		t.Errorf("dispatcher: %v\n%s", err, out)
	}
	if err := worker.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := worker.Wait(); err != nil {
		t.Errorf("worker: %v\n%s", err, log.String())
	}
	if !strings.Contains(string(out), "planned 20 = done 20 + failed 0") {
		t.Errorf("the run did not complete:\n%s", out)
	}
	for _, runtime := range []string{"go-slices", "go-sort"} {
		if !regexp.MustCompile(runtime + `: 60 samples, median [1-9]`).Match(out) {
			t.Errorf("no median of %s:\n%s", runtime, out)
		}
	}
}
