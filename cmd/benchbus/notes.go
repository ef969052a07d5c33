package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// notes is a log handler that writes records as sentences for people, without time and
// level.
type notes struct {
	mu    *sync.Mutex
	out   io.Writer
	attrs string
}

var _ slog.Handler = notes{}

// logger returns a logger that writes warnings and errors to stderr.
func (a *app) logger() *slog.Logger { return slog.New(notes{mu: new(sync.Mutex), out: a.stderr}) }

func (notes) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (n notes) Handle(_ context.Context, r slog.Record) error {
	var line bytes.Buffer
	attrs := n.attrs
	r.Attrs(func(a slog.Attr) bool {
		attrs += attribute(a)
		return true
	})
	fmt.Fprintf(&line, "benchbus: %s", r.Message)
	if attrs != "" {
		fmt.Fprintf(&line, " (%s)", attrs[1:])
	}
	line.WriteByte('\n')
	n.mu.Lock()
	defer n.mu.Unlock()
	_, err := n.out.Write(line.Bytes())
	return err
}

// attribute formats the attribute on one line, so that no value can pass for a message
// of the program.
func attribute(a slog.Attr) string {
	return fmt.Sprintf(" %s=%s", a.Key, strings.Join(strings.Fields(a.Value.String()), " "))
}

func (n notes) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		n.attrs += attribute(a)
	}
	return n
}

func (n notes) WithGroup(string) slog.Handler { return n }
