package catalog

import (
	"path/filepath"

	"github.com/benchbus/benchbus/domain"
)

// File is a file with a definition. It never changes, whatever becomes of the file.
type File struct {
	// Path leads to it, by the path that it was loaded from.
	Path string
	// Folder is that path, or the folder of the file that it names.
	Folder string
	// Benchmark is the definition. Callers must not change it.
	Benchmark *domain.Benchmark
	// Text is what the file holds.
	Text []byte

	document *document
}

// Parameterized tells whether the definition has parameters, and so is several
// benchmarks.
func (f *File) Parameterized() bool { return f.document.parameters != nil }

// Counts returns the counts that the file has; 0 means none.
func (f *File) Counts() (warmup, revolutions int) {
	if w := f.Benchmark.Warmup; w != nil {
		warmup = *w
	}
	return warmup, f.Benchmark.Revolutions
}

// OpenFiles reads the files of each path, as [Load] does, and returns those whose
// benchmarks have these names, in the order of [Catalog.Select]; without a name, all. Of
// two files with the same slug the one of the later path counts. The errors are those of
// Load and Select.
func OpenFiles(paths, names []string) ([]*File, error) {
	all := newCatalog(nil, nil)
	files := map[*domain.Benchmark]*File{}
	for _, path := range paths {
		sources, problems := gather(path)
		documents, more := read(sources)
		if problems = append(problems, more...); len(problems) > 0 {
			sortProblems(problems)
			return nil, &LoadError{Problems: problems}
		}
		folder := filepath.Clean(path)
		if len(sources) == 1 && sources[0].path == folder {
			folder = filepath.Dir(folder)
		}
		var benchmarks []*domain.Benchmark
		for _, d := range documents {
			benchmarks = append(benchmarks, &d.benchmark)
			files[&d.benchmark] = &File{Path: d.file, Folder: folder, Benchmark: &d.benchmark, Text: d.data, document: d}
		}
		all = all.Merge(newCatalog(benchmarks, nil))
	}
	// Without its parameters a definition is one benchmark.
	chosen, err := all.Select(Selection{Names: names})
	if err != nil {
		return nil, err
	}
	found := make([]*File, len(chosen))
	for i, b := range chosen {
		found[i] = files[b]
	}
	return found, nil
}
