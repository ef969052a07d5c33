// Package catalog reads benchmark definitions from YAML files, and contains the
// built-in ones.
//
// [Builtin] returns the definitions that are embedded in the program and [Load] those
// of a folder; [Catalog.Merge] combines the two. Loading is strict: it fails if any
// definition has a problem, and a [LoadError] lists all problems of all files.
// [Validate] returns the same problems as values, and warnings as well.
//
// Each file holds one mapping; docs/benchmarks.md describes its fields.
package catalog
