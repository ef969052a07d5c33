package phpbench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxConfigBytes is the largest configuration that is read.
const maxConfigBytes = 1 << 20

// parseJSON reads the object that a configuration is. Its error has the line and the
// column, in characters, both from 1.
func parseJSON(file string, text []byte) (map[string]any, error) {
	if len(text) > maxConfigBytes {
		return nil, fmt.Errorf("%s has %d bytes; at most %d are read", file, len(text), maxConfigBytes)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	if err == nil {
		if object, ok := value.(map[string]any); !ok {
			return nil, fmt.Errorf(`%s:1:1: this is no object: a configuration begins with {`, file)
		} else if rest := bytes.TrimSpace(text[decoder.InputOffset():]); len(rest) == 0 {
			return object, nil
		}
		at := len(text) - len(bytes.TrimLeft(text[decoder.InputOffset():], " \t\r\n"))
		return nil, problemAt(file, text, at, "there is text after the end of the object")
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		// The offset is that of the byte after the one that is wrong.
		at := max(int(syntax.Offset)-1, 0)
		return nil, problemAt(file, text, at, jsonHint(text, at, syntax.Error()))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, problemAt(file, text, len(text), "the text ends too early: is a bracket missing?")
	}
	return nil, fmt.Errorf("%s: %w", file, err)
}

// jsonHint says in a person's words what is wrong at that byte.
func jsonHint(text []byte, at int, otherwise string) string {
	rest := text[min(at, len(text)):]
	before := bytes.TrimRight(text[:min(at, len(text))], " \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		return "the file begins with a byte order mark: save it without one"
	case bytes.HasPrefix(rest, []byte("/")), bytes.HasPrefix(rest, []byte("#")), bytes.HasSuffix(before, []byte("/")):
		return "JSON has no comments: remove it"
	case bytes.HasSuffix(before, []byte(",")) && (bytes.HasPrefix(rest, []byte("}")) || bytes.HasPrefix(rest, []byte("]"))):
		return "there is a comma before the " + string(rest[:1]) + ": remove the comma"
	case bytes.HasPrefix(rest, []byte("'")):
		return `text stands in double quotes, "like this"`
	case len(bytes.TrimSpace(rest)) == 0:
		return "the text ends too early: is a bracket missing?"
	}
	return "this is not JSON: " + strings.TrimPrefix(otherwise, "json: ")
}

func problemAt(file string, text []byte, at int, reason string) error {
	before := text[:min(at, len(text))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Errorf("%s:%d:%d: %s", file, line, column, reason)
}
