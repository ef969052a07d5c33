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

// expand returns what there is of the paths, each once: the paths themselves, and what
// those that are patterns match. A pattern without a match is noted and does not stop the
// rest, as in phpbench: other revisions may have something there.
func expand(root string, paths []string, n *notes) ([]string, error) {
	var all []string
	for _, p := range paths {
		if _, err := os.Stat(filepath.Join(root, p)); err == nil {
			all = append(all, p)
			continue
		}
		if !strings.ContainsAny(p, "*?[") {
			return nil, fmt.Errorf("the path %s does not exist in %s", p, root)
		}
		found, err := glob(root, p)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			n.add(p, "the path "+p+" matches nothing")
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the path %s does not exist in %s", strings.Join(paths, ", "), root)
	}
	return distinct(all), nil
}

// glob returns the files and folders that match the pattern, sorted. A part of the
// pattern that is ** stands for any number of folders, also for none. Folders whose names
// begin with a dot are matched only by a part that begins with one.
func glob(root, pattern string) (found []string, err error) {
	parts := strings.Split(pattern, "/")
	compiled := make([]*regexp.Regexp, len(parts))
	for i, part := range parts {
		if compiled[i], err = regexp.Compile(globExpression(part)); err != nil {
			return nil, fmt.Errorf("the path %s is no pattern, such as src/*/Benchmark", pattern)
		}
	}
	looked := 0
	var descend func(folder string, at int) error
	descend = func(folder string, at int) error {
		if at == len(parts) {
			found = append(found, folder)
			return nil
		}
		deep := parts[at] == "**"
		if deep {
			if err := descend(folder, at+1); err != nil {
				return err
			}
		}
		entries, err := os.ReadDir(filepath.Join(root, folder))
		if err != nil {
			return nil // a file, or a folder that is nobody's to read
		}
		for _, e := range entries {
			if looked++; looked > 10*MaxFiles {
				return fmt.Errorf("the path %s is looked for in more than %d places: give a narrower one", pattern, 10*MaxFiles)
			}
			name, hidden := e.Name(), strings.HasPrefix(e.Name(), ".")
			next := at + 1
			switch {
			case hidden && !strings.HasPrefix(parts[at], "."):
				continue
			case deep && !e.IsDir():
				continue
			case deep:
				next = at
			case !compiled[at].MatchString(name):
				continue
			}
			if err := descend(path.Join(folder, name), next); err != nil {
				return err
			}
		}
		return nil
	}
	if err := descend("", 0); err != nil {
		return nil, err
	}
	slices.Sort(found)
	return distinct(found), nil
}
