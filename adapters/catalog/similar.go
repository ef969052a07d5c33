package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Similar returns the words that the text may be a misspelling of, the nearest first. At
// most a quarter of the letters, or one, may differ. Words that contain the text follow.
func Similar(text string, words []string) []string {
	const longest = 64 // longer texts are no typing errors, and the distance takes time
	text = strings.ToLower(text)
	if len(text) < 2 || len(text) > longest {
		return nil
	}
	type candidate struct {
		word string
		far  int
	}
	var found []candidate
	for _, word := range words {
		lower := strings.ToLower(word)
		if far := distance(text, lower); far <= max(1, len(text)/4) {
			found = append(found, candidate{word, far})
		} else if len(text) > 2 && strings.Contains(lower, text) {
			found = append(found, candidate{word, longest + len(word)})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	out := make([]string, len(found))
	for i, c := range found {
		out[i] = c.word
	}
	return out
}

// distance counts the letters to insert, delete, replace, or swap with their
// neighbour to make one text of the other (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
