package project

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Overlay puts benchmarks of another tree into this one, so that the same benchmarks run
// on both: the files of the benchmarks, and all else in the folders of the suite. A folder
// that composer.json loads production code from is no such folder: of it only the files
// are taken. Files of this tree that the other one does not have stay.
//
// The tree must be a revision's, since the files of a working tree are its owner's.
func (t *Tree) Overlay(ctx context.Context, from *Tree, folders, files []string) error {
	if t.cleanup == nil {
		return fmt.Errorf("the benchmarks of %s cannot be put into the working tree, which stays as it is; "+
			"name the working tree last, or take the benchmarks of each with --bench-from=each", from.Source.Name)
	}
	production := readComposer(from.Root).Autoload.paths()
	whole := slices.DeleteFunc(slices.Clone(folders), func(folder string) bool {
		return slices.ContainsFunc(production, func(p string) bool { return within(folder, p) || within(p, folder) })
	})
	for _, file := range from.Files {
		wanted := slices.Contains(files, file) || slices.ContainsFunc(whole, func(folder string) bool { return within(file, folder) })
		if !wanted {
			continue
		}
		if err := copyOne(ctx, localPath(from.Root, file), localPath(t.Root, file)); err != nil {
			return fmt.Errorf("the benchmarks of %s cannot be put into %s: %w", from.Source.Name, t.Source.Name, err)
		}
		if at, found := slices.BinarySearch(t.Files, file); !found {
			t.Files = slices.Insert(t.Files, at, file)
		}
	}
	return nil
}

// within reports whether a path is the folder or in it. The folder . has all paths.
func within(path, folder string) bool {
	return folder == "." || path == folder || strings.HasPrefix(path, folder+"/")
}

// paths returns the files and folders that classes are loaded from, in their shortest form.
func (a autoload) paths() (all []string) {
	for _, raw := range []json.RawMessage{a.PSR4, a.PSR0, a.Classmap, a.Files} {
		var value any
		if json.Unmarshal(raw, &value) == nil {
			all = append(all, texts(value)...)
		}
	}
	for i, p := range all {
		all[i] = filepath.ToSlash(filepath.Clean(p))
	}
	return all
}

// texts returns all texts within a value of JSON.
func texts(value any) (all []string) {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		for _, inner := range v {
			all = append(all, texts(inner)...)
		}
	case map[string]any:
		for _, inner := range v {
			all = append(all, texts(inner)...)
		}
	}
	return all
}
