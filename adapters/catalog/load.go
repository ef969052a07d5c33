package catalog

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/benchbus/benchbus/domain"
)

//go:embed builtin
var builtinFiles embed.FS

var builtin = sync.OnceValues(func() (*Catalog, error) { return LoadFS(builtinFiles) })

// Builtin returns the definitions that are part of the program. The first call reads
// them.
func Builtin() (*Catalog, error) { return builtin() }

// Load reads all *.yaml and *.yml files in a folder and the folders within it,
// or a single file. It skips files and folders whose names begin with a dot. If any
// definition has a problem, the error is a [*LoadError]. A folder without definitions
// is a problem too.
func Load(path string) (*Catalog, error) {
	sources, problems := gather(path)
	return load(sources, problems)
}

// LoadFS is [Load] for a file system, such as one that a program embeds.
func LoadFS(fsys fs.FS) (*Catalog, error) {
	sources, problems := gatherFS(fsys, func(name string) string { return name })
	return load(sources, problems)
}

func load(sources []source, problems []Problem) (*Catalog, error) {
	documents, more := read(sources)
	if problems = append(problems, more...); len(problems) > 0 {
		sortProblems(problems)
		return nil, &LoadError{Problems: problems}
	}
	benchmarks := make([]*domain.Benchmark, len(documents))
	sets := map[*domain.Benchmark]*parameters{}
	for i, d := range documents {
		benchmarks[i] = &d.benchmark
		if d.parameters != nil {
			sets[&d.benchmark] = d.parameters
		}
	}
	return newCatalog(benchmarks, sets), nil
}

// Validate returns every problem and warning of files and folders, in the order of files
// and lines. It checks them together, as one catalogue. Without a path it checks the
// built-in definitions.
func Validate(paths ...string) []Problem {
	var sources []source
	var problems []Problem
	if len(paths) == 0 {
		sources, problems = gatherFS(builtinFiles, func(name string) string { return name })
	}
	taken := map[string]bool{}
	for _, path := range paths {
		found, more := gather(path)
		problems = append(problems, more...)
		for _, s := range found {
			if !taken[s.path] {
				taken[s.path] = true
				sources = append(sources, s)
			}
		}
	}
	documents, more := read(sources)
	problems = append(problems, more...)
	problems = append(problems, sameCode(documents)...)
	sortProblems(problems)
	return problems
}

// read reads the files. The documents include definitions with problems, so that they
// are checked against the others for duplicates.
func read(sources []source) (documents []*document, problems []Problem) {
	for _, s := range sources {
		data, problem := s.bytes()
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		d := parse(s.path, data)
		problems = append(problems, d.problems...)
		documents = append(documents, d)
	}
	return documents, append(problems, sameNames(documents)...)
}
