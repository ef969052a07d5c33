package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// keptPrefix begins the names of the files, as kcachegrind looks for them.
const keptPrefix = "callgrind.out."

// keeper writes the files of callgrind into a folder, and overwrites none.
type keeper struct {
	dir string // none if empty
}

// check makes the folder, and fails if files of another profile are in it.
func (k keeper) check() error {
	if k.dir == "" {
		return nil
	}
	if err := os.MkdirAll(k.dir, 0o755); err != nil {
		return usagef("--keep: %w", err)
	}
	entries, err := os.ReadDir(k.dir)
	if err != nil {
		return usagef("--keep: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), keptPrefix) {
			return usagef("--keep: %s has %s already, and nothing is overwritten; name another folder", k.dir, e.Name())
		}
	}
	return nil
}

// of returns what keeps the files of an entry's variants, or nil.
func (k keeper) of(entry domain.Entry) func(variant, revolutions int, file []byte) error {
	if k.dir == "" {
		return nil
	}
	return func(variant, revolutions int, file []byte) error {
		path := filepath.Join(k.dir, keptName(entry.Variants[variant], revolutions))
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			_, err = f.Write(file)
			err = closed(f, err)
		}
		if err != nil {
			return &exitError{exitOutput, fmt.Errorf("--keep: %w", err)}
		}
		return nil
	}
}

// keptName is the name of the file of a process of a variant. Different variants have
// different ones.
func keptName(v domain.Variant, revolutions int) string {
	parts := []string{v.Benchmark.Slug, string(v.Runtime)}
	for _, s := range v.Settings {
		parts = append(parts, s.Name+"="+s.Value)
	}
	return fmt.Sprintf("%s%s.%d", keptPrefix, url.PathEscape(strings.Join(parts, ".")), revolutions)
}
