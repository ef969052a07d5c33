// Package stats computes the figures of a run from its results: summaries with an
// interval, comparisons with a verdict, and warnings about reasons to doubt them.
//
// It is pure, imports only the standard library and the domain, and is safe
// for use by several goroutines at once, each with its own data.
//
// # What it assumes
//
// The fresh process is the statistical unit: a sample is one value, the time
// per revolution. Nothing is assumed about the shape of the distribution:
// intervals come from order statistics, tests from ranks. Outliers are flagged
// and stay in every figure. A figure that cannot be computed is NaN, never 0.
//
// # What it offers
//
// [Summarize] describes a set of values. [Compare] compares the two sides of matched
// blocks, and [Adjust] corrects a family of comparisons.
// [Build] reads the results of a whole run into a [Report].
//
// docs/statistics.md has the formulas, their sources, and measurements of their
// properties.
package stats

// alpha is the level of every test and interval: 5 %, that is 95 % confidence.
const alpha = 0.05
