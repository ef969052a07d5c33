// Package catalog reads benchmark definitions from YAML files, and holds the
// built-in ones.
//
// [Builtin] returns the definitions that are embedded in the program, [Load]
// those of a folder, and [Catalog.Merge] puts one over the other. Loading is
// strict: one problem refuses the whole, and a [LoadError] lists all problems
// of all files at once. [Validate] returns the same problems as values, and
// warnings with them.
//
// Each file holds one mapping; docs/benchmarks.md describes its fields.
package catalog
