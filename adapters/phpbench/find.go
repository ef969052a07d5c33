package phpbench

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// maxFileBytes is the largest PHP file that is looked into.
const maxFileBytes = 4 << 20

// candidate is a file that may hold a benchmark class.
type candidate struct {
	path, class string
	// classes is the number of classes that the file declares.
	classes int
	// attributes says that the file has phpbench's attributes and no annotations.
	attributes bool
}

// find returns the files under the paths that declare a class of which there can be
// objects, sorted, each once. The paths are relative to the root. A path that is a file
// need not match the pattern of names.
func find(root string, paths []string, pattern string) ([]candidate, error) {
	matches, err := namePattern(pattern)
	if err != nil {
		return nil, err
	}
	files := map[string]bool{}
	for _, p := range paths {
		if err := walk(root, p, matches, files); err != nil {
			return nil, err
		}
	}
	var all []candidate
	for file := range files {
		info, err := os.Stat(filepath.Join(root, file))
		if err != nil || info.IsDir() || info.Size() > maxFileBytes {
			continue // a link to nothing, or data
		}
		src, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		// Children of an abstract class are read, wherever they are.
		if name, abstract, count := firstClass(string(src)); count > 0 && !abstract {
			all = append(all, candidate{file, name, count, strings.Contains(string(src), `PhpBench\Attributes`) && len(docAnnotations(string(src))) == 0})
		}
	}
	slices.SortFunc(all, func(a, b candidate) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

// walk adds the files below a path whose names match. It leaves out what is hidden, and
// does not follow links to folders: a path may be one itself.
func walk(root, p string, matches func(name string) bool, files map[string]bool) error {
	full := filepath.Join(root, p)
	if info, err := os.Stat(full); err != nil {
		return err
	} else if !info.IsDir() {
		files[path.Clean(p)] = true
		return nil
	}
	entries, err := os.ReadDir(full)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(p, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			if err := walk(root, name, matches, files); err != nil {
				return err
			}
		case matches(e.Name()):
			files[name] = true
		}
		if len(files) > MaxFiles {
			return fmt.Errorf("there are more than %d files: give a narrower path, or a file_pattern such as *Bench.php", MaxFiles)
		}
	}
	return nil
}

// namePattern returns a test of file names: a pattern with *, ?, [ ] and { }, or a regular
// expression between slashes. Without one it takes *.php.
func namePattern(pattern string) (func(string) bool, error) {
	if pattern == "" {
		pattern = "*.php"
	}
	expression := globExpression(pattern)
	if len(pattern) > 2 && pattern[0] == '/' && strings.LastIndexByte(pattern, '/') > 0 {
		end := strings.LastIndexByte(pattern, '/')
		expression = pattern[1:end]
		if strings.Contains(pattern[end:], "i") {
			expression = "(?i)" + expression
		}
	}
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return nil, fmt.Errorf("file_pattern: %q is no pattern, such as *Bench.php", pattern)
	}
	return compiled.MatchString, nil
}

// globExpression translates a pattern into a regular expression.
func globExpression(pattern string) string {
	var out strings.Builder
	out.WriteByte('^')
	braces := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*':
			out.WriteString("[^/]*")
		case c == '?':
			out.WriteString("[^/]")
		case c == '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 2 {
				out.WriteString(`\[`)
				continue
			}
			set := pattern[i+1 : i+end]
			if set[0] == '!' {
				set = "^" + set[1:]
			}
			out.WriteString("[" + strings.ReplaceAll(set, `\`, `\\`) + "]")
			i += end
		case c == '{':
			braces++
			out.WriteString("(?:")
		case c == '}' && braces > 0:
			braces--
			out.WriteByte(')')
		case c == ',' && braces > 0:
			out.WriteByte('|')
		default:
			out.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	out.WriteString(strings.Repeat(")", braces) + "$")
	return out.String()
}
