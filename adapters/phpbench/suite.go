package phpbench

import "github.com/benchbus/benchbus/domain"

// Suite is what was read.
type Suite struct {
	// File is the path of the configuration, relative to the root. It is empty if there
	// is none.
	File string
	// Paths are the files and folders in which benchmarks are looked for, relative to the
	// root. What was a pattern stands there as what it matches.
	Paths []string
	// Benchmarks are sorted by the path of the file, then as they stand in the class,
	// then in the order of their parameter sets. Their slugs are different.
	Benchmarks []*domain.Benchmark
	// Details has an element for each benchmark, by its slug.
	Details map[string]Details
	// Skipped are the subjects that the suite says to skip, as Class::method.
	Skipped []string
	// Notes say what was read and has no effect, or another one than in phpbench. They
	// are in the order in which they were first met.
	Notes []Note
	// Refused are the files and subjects that are no benchmarks although they look like
	// some.
	Refused []Refused
}

// Details is what the suite says of a benchmark and a [domain.Benchmark] has no place for.
type Details struct {
	// File is the path of the class's file, relative to the root.
	File string
	// Parents are the paths of the other files under Suite.Paths that the class needs: those
	// of its parents and of traits. There may be none.
	Parents []string
	// Class and Method are the subject.
	Class, Method string
	// Set is the name of the parameter set. It is empty if there are no parameters.
	Set string
	// Groups are the names that phpbench's --group selects by.
	Groups []string
	// Revolutions are the revs of the suite. They are 1 where it says nothing.
	Revolutions []int
	// Iterations is the largest number of iterations that the suite asks for; 0 means
	// that it says nothing.
	Iterations int
	// Assertions are the conditions that its results must meet. Those that cannot be
	// read are notes.
	Assertions []*Assertion
}

// Note says that something was read and has no effect, or another one than in phpbench.
type Note struct {
	// Where is the first place, such as Class::method or a key of the configuration.
	Where string
	// Text says what it is, and why it has no effect.
	Text string
	// Count is the number of places, at least 1.
	Count int
}

// Refused is a file or subject that cannot be used.
type Refused struct {
	// Where is a path relative to the root, a class, or Class::method.
	Where string
	// Reason says what is wrong and what would be right.
	Reason string
}

// notes collects notes. It counts those of the same text.
type notes []Note

func (n *notes) add(where, text string) {
	for i := range *n {
		if (*n)[i].Text == text {
			(*n)[i].Count++
			return
		}
	}
	*n = append(*n, Note{Where: where, Text: text, Count: 1})
}
