package catalog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// maxFileBytes limits the size of a definition's file.
const maxFileBytes = 1 << 20

// source is a file that holds a definition.
type source struct {
	fsys fs.FS
	name string // within fsys
	path string // for messages
}

// gather returns the file at the path, or all definitions in the folder at the path.
func gather(path string) ([]source, []Problem) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, []Problem{{File: path, Reason: why(err)}}
	}
	if !info.IsDir() {
		return []source{{os.DirFS(filepath.Dir(path)), filepath.Base(path), path}}, nil
	}
	return gatherFS(os.DirFS(path), func(name string) string { return filepath.Join(path, filepath.FromSlash(name)) })
}

// gatherFS returns all definitions in a file system. It skips files and folders whose
// names begin with a dot.
func gatherFS(fsys fs.FS, shown func(string) string) (sources []source, problems []Problem) {
	// The function only returns errors that control WalkDir.
	_ = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			problems = append(problems, Problem{File: shown(name), Reason: why(err)})
			return fs.SkipDir
		case name != "." && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case entry.IsDir() || strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		if slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(path.Ext(name))) {
			sources = append(sources, source{fsys, name, shown(name)})
		}
		return nil
	})
	if len(sources) == 0 && len(problems) == 0 {
		problems = append(problems, Problem{File: shown("."), Reason: "holds no *.yaml or *.yml file"})
	}
	return sources, problems
}

// bytes returns the file's content, or a Problem if it cannot be read.
func (s source) bytes() ([]byte, *Problem) {
	refuse := func(format string, args ...any) ([]byte, *Problem) {
		return nil, &Problem{File: s.path, Reason: fmt.Sprintf(format, args...)}
	}
	info, err := fs.Stat(s.fsys, s.name)
	switch {
	case err != nil:
		return refuse("%s", why(err))
	case !info.Mode().IsRegular():
		// Opening a pipe would wait for its other end.
		return refuse("is not a file that can be read")
	case info.Size() > maxFileBytes:
		return refuse("has %d bytes; a definition has at most %d", info.Size(), maxFileBytes)
	}
	file, err := s.fsys.Open(s.name)
	if err != nil {
		return refuse("%s", why(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	switch {
	case err != nil:
		return refuse("%s", why(err))
	case len(data) > maxFileBytes: // it has grown, or its reported size is wrong
		return refuse("has more than %d bytes, the most that a definition has", maxFileBytes)
	}
	return data, nil
}

// why describes why a file or folder cannot be read.
func why(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read: its permissions do not allow it"
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return "cannot be read: " + err.Error()
}
