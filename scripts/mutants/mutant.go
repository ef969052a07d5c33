package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// mutant is an edit that breaks the code, so that tests must fail.
type mutant struct {
	file     string // path from the root of the module
	old, new string
	means    string // what goes wrong, in words
	pkg      string // folder of the tests that must fail; defaults to that of the file
	run      string // pattern of tests that fail, to save time; defaults to all tests
	broker   bool   // those tests need RabbitMQ
}

func (m mutant) folder() string {
	if m.pkg != "" {
		return m.pkg
	}
	return path.Dir(m.file)
}

var errNotOnce = errors.New("the old text must stand in the file exactly once; write the entry anew for the code of today")

// apply edits the file below the root. The function that it returns restores the file.
func (m mutant) apply(root string) (restore func() error, err error) {
	file := filepath.Join(root, filepath.FromSlash(m.file))
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(text), m.old); n != 1 || m.old == m.new {
		return nil, fmt.Errorf("%s: %w: found %d times: %s", m.file, errNotOnce, n, m.old)
	}
	changed := strings.Replace(string(text), m.old, m.new, 1)
	return func() error { return os.WriteFile(file, text, 0o600) }, os.WriteFile(file, []byte(changed), 0o600)
}
