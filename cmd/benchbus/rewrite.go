package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/benchbus/benchbus/adapters/catalog"
)

// insideFolder refuses a file that a link leads to from within the folder, and that lies
// outside of it: whoever names a folder means what is in it.
func insideFolder(folder, path string) error {
	root, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	if root, err = filepath.Abs(root); err != nil {
		return err
	}
	if real, err = filepath.Abs(real); err != nil {
		return err
	}
	if within, err := filepath.Rel(root, real); err != nil || within == ".." || strings.HasPrefix(within, ".."+string(filepath.Separator)) {
		return fmt.Errorf("it is a link to %s, outside of %s; name the folder of that with --catalog", real, folder)
	}
	return nil
}

// rewrite replaces the text of a definition, all at once, and keeps its mode.
func rewrite(file *catalog.File, text []byte) error {
	out, err := openOutput(file.Path)
	if err != nil {
		return fmt.Errorf("it cannot be written: %w", err)
	}
	now, err := os.ReadFile(out.path)
	if err != nil {
		return fmt.Errorf("it cannot be read again: %w", err)
	}
	if !bytes.Equal(now, file.Text) {
		return errors.New("it was changed meanwhile, and is left as it is; calibrate it again")
	}
	if err := out.write(func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return fmt.Errorf("it cannot be written: %w", err)
	}
	return nil
}
