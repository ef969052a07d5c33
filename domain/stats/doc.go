// Package stats turns the results of a run into numbers that can be trusted:
// summaries with an interval, comparisons with a verdict, and warnings about
// whatever stands between the two and the truth.
//
// It is pure, imports only the standard library and the domain, and is safe
// for use by several goroutines at once, each with its own data.
//
// # What it assumes
//
// The fresh process is the statistical unit: a sample is one value, the time
// per revolution. Nothing is assumed about the shape of the distribution:
// intervals come from order statistics, tests from ranks. Outliers are flagged
// and stay in every figure. What cannot be computed is NaN, never 0.
//
// # What it offers
//
// [Summarize] describes a set of values. [Compare] sets two sides of matched
// blocks against each other, and [Adjust] corrects a family of comparisons.
// [Build] reads the results of a whole run into a [Report].
//
// The formulas, their sources and what was measured about them stand in
// docs/statistics.md.
package stats

// alpha is the level of every test and interval: 5 %, that is 95 % confidence.
const alpha = 0.05
