package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestUsageErrors(t *testing.T) {
	for _, c := range []struct{ args, sentence string }{
		{"-only asynq,sidekiq", `"sidekiq" is none of asynq, river, amqp, watermill`},
		{"-only=", `"" is none of asynq, river, amqp, watermill`},
		{"-n 0", "-n, -rounds and -concurrency must be at least 1"},
		{"-size -1", "must not be negative"},
		{"asynq", `"asynq" is not a flag; see -help`},
	} {
		var stdout, stderr bytes.Buffer
		code := run(strings.Fields(c.args), &stdout, &stderr)
		if code != exitUsage || stdout.Len() > 0 || !strings.Contains(stderr.String(), c.sentence) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q; want %d, nothing, %q", c.args, code, &stdout, &stderr, exitUsage, c.sentence)
		}
	}
}

func TestWithoutABrokerWhatNeedsOneIsSkipped(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run([]string{"-only=amqp,watermill"}, &stdout, &stderr)
	if code != 0 || stdout.Len() > 0 || strings.Count(stderr.String(), "is skipped: it needs a broker") != 2 {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
	}
}
