package project

import (
	"fmt"
	"path"
	"strings"
)

// validPattern returns why the text is no pattern, or nil.
func validPattern(pattern string) error {
	if strings.Trim(pattern, "/") == "" {
		return fmt.Errorf("%.100q is not a pattern, such as *.log or var/cache", pattern)
	}
	for part := range strings.SplitSeq(pattern, "/") {
		if _, err := path.Match(part, ""); err != nil {
			return fmt.Errorf("%.100q is not a pattern: a bracket or a backslash in it lacks its end", pattern)
		}
	}
	return nil
}

// matches reports whether the pattern matches the file, or a folder that it is in.
func matches(pattern, file string) bool {
	if rooted := strings.TrimRight(pattern, "/"); strings.Contains(rooted, "/") {
		return matchParts(strings.Split(strings.TrimPrefix(rooted, "/"), "/"), strings.Split(file, "/"))
	}
	for name := range strings.SplitSeq(file, "/") {
		if ok, _ := path.Match(strings.TrimRight(pattern, "/"), name); ok {
			return true
		}
	}
	return false
}

// matchParts matches the parts of a path from its beginning. A pattern that ends before
// the path does has matched a folder.
func matchParts(pattern, file []string) bool {
	// A row tells for each number of parts of the file whether the pattern so far matches
	// exactly those. It keeps the time in bounds whatever number of ** there is.
	row := make([]bool, len(file)+1)
	row[0] = true
	for _, part := range pattern {
		next := make([]bool, len(file)+1)
		for i := range next {
			if part == "**" {
				next[i] = row[i] || (i > 0 && next[i-1])
			} else if i > 0 && row[i-1] {
				next[i], _ = path.Match(part, file[i-1])
			}
		}
		row = next
	}
	for i, ok := range row {
		if ok && i > 0 {
			return true
		}
	}
	return false
}

// selection is a list of patterns that remembers which of them have matched.
type selection struct {
	patterns []string
	used     map[string]bool
}

func selectBy(patterns []string) *selection {
	return &selection{patterns: patterns, used: map[string]bool{}}
}

func (s *selection) has(file string) bool {
	found := false
	for _, p := range s.patterns {
		if matches(p, file) {
			s.used[p], found = true, true
		}
	}
	return found
}
