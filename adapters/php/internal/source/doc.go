// Package source takes PHP source apart so that it can run many times in one
// process: it separates the declarations, which may be executed only once, from the
// statements, which are repeated.
//
// Declarations at the top level are separated from the statements. Those inside
// of blocks and functions stay in place, and get a condition around them that
// skips them when they are met again. Nothing is reformatted, and line breaks
// stay where they are, so that line numbers in PHP's messages can be translated.
//
// The package does not parse PHP: it knows its tokens, its brackets, and how
// declarations begin and end. It passes on other errors in the source, which PHP will
// report.
package source
