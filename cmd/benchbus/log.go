package main

import (
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"
	"gopkg.in/natefinch/lumberjack.v2"
)

const (
	logFileSize = 20 // size in megabytes at which a log file is put aside
	logFiles    = 5  // number of files put aside that are kept
)

// logFlags say what a worker logs, and where.
type logFlags struct{ format, level, file string }

func (l *logFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&l.format, "log-format", "text", "how log records are written: text or json")
	flags.StringVar(&l.level, "log-level", "info", "least important records to write: debug, info, warn or error")
	flags.StringVar(&l.file, "log-file", "", "file to log to instead of standard error; {name} in it becomes the worker's name. At 20 MB it is put aside, five of those are kept")
}

// open returns a logger for the worker of that name.
func (l *logFlags) open(stderr io.Writer, name string) (*slog.Logger, func(), error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.level)); err != nil {
		return nil, nil, usagef("--log-level %q is none of debug, info, warn, error", l.level)
	}
	out, closeFile := stderr, func() {}
	if l.file != "" {
		path := strings.ReplaceAll(l.file, "{name}", name)
		file := &lumberjack.Logger{Filename: filepath.Clean(path), MaxSize: logFileSize, MaxBackups: logFiles}
		if _, err := file.Write(nil); err != nil { // find out now whether it can be written
			return nil, nil, usagef("--log-file %s cannot be written: %w", path, err)
		}
		out, closeFile = cleaned{file}, func() { _ = file.Close() }
	}
	opts := &slog.HandlerOptions{Level: level}
	var handler slog.Handler
	switch l.format {
	case "text":
		handler = slog.NewTextHandler(out, opts)
	case "json":
		handler = slog.NewJSONHandler(out, opts)
	default:
		return nil, nil, usagef("--log-format %q is none of text, json", l.format)
	}
	return slog.New(handler).With("worker", name), closeFile, nil
}
