package bundle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

// entry is a file or a link that is packed.
type entry struct {
	name   string
	info   fs.FileInfo
	target string // of a link
}

// survey checks the files before the first one is read: their kinds, names and sizes. It
// returns them in the order of their names, each once.
func survey(ctx context.Context, root *os.Root, files []string, limits Limits) ([]entry, error) {
	names := slices.Clone(files)
	slices.Sort(names)
	names = slices.Compact(names)
	s := surveyor{root: root, limits: limits, folders: map[string]bool{".": true}, tops: map[string]*share{}}
	entries := make([]entry, 0, len(names))
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := s.look(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, s.tooLarge()
}

// surveyor adds up what it has looked at.
type surveyor struct {
	root    *os.Root
	limits  Limits
	folders map[string]bool // folders that are no links
	total   share
	tops    map[string]*share // by the first part of the name
}

// share is a part of the project.
type share struct {
	name  string
	files int
	bytes int64
}

func (s *surveyor) look(name string) (entry, error) {
	if err := s.limits.checkName(name); err != nil {
		return entry{}, err
	}
	if err := s.lookAtFolder(path.Dir(name)); err != nil {
		return entry{}, fmt.Errorf("%s: %w", name, err)
	}
	info, err := s.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return entry{}, fmt.Errorf("%s is not there; leave it out, or list the files again", name)
	}
	if err != nil {
		return entry{}, fmt.Errorf("%s cannot be examined: %w", name, err)
	}
	e := entry{name: name, info: info}
	switch info.Mode().Type() {
	case 0:
		s.count(name, info.Size())
	case fs.ModeSymlink:
		if e.target, err = s.root.Readlink(name); err == nil {
			err = s.limits.checkLink(name, e.target)
		}
		s.count(name, 0)
	case fs.ModeDir:
		err = fmt.Errorf("%s is a folder; list the files in it", name)
	default:
		err = fmt.Errorf("%s is %s, which a bundle cannot hold; leave it out", name, kind(info.Mode()))
	}
	return e, err
}

// lookAtFolder fails if the folder, or one that it is in, is a link: what lies behind a
// link cannot be unpacked behind it.
func (s *surveyor) lookAtFolder(folder string) error {
	if s.folders[folder] {
		return nil
	}
	if err := s.lookAtFolder(path.Dir(folder)); err != nil {
		return err
	}
	info, err := s.root.Lstat(folder)
	switch {
	case err != nil:
		return fmt.Errorf("the folder cannot be examined: %w", err)
	case info.Mode().Type() == fs.ModeSymlink:
		return fmt.Errorf("the folder %s is a link; list the link, and the files where they lie", folder)
	}
	s.folders[folder] = true
	return nil
}

func (s *surveyor) count(name string, bytes int64) {
	top, _, _ := strings.Cut(name, "/")
	if s.tops[top] == nil {
		s.tops[top] = &share{name: top}
	}
	for _, part := range []*share{s.tops[top], &s.total} {
		part.files++
		part.bytes += bytes
	}
}

// tooLarge returns an error that names the largest parts if the files exceed the limits.
func (s *surveyor) tooLarge() error {
	most := func(of func(*share) int64) string {
		parts := slices.SortedFunc(maps.Values(s.tops), func(a, b *share) int {
			return cmp.Or(cmp.Compare(of(b), of(a)), strings.Compare(a.name, b.name))
		})
		var texts []string
		for _, p := range parts[:min(3, len(parts))] {
			texts = append(texts, fmt.Sprintf("%s (%s in %d files)", p.name, size(p.bytes), p.files))
		}
		return "leave out what the code does not need; the largest parts are " + strings.Join(texts, ", ")
	}
	switch {
	case s.total.bytes > s.limits.Bytes:
		return fmt.Errorf("the files have %s, and a bundle holds at most %s: %s",
			size(s.total.bytes), size(s.limits.Bytes), most(func(p *share) int64 { return p.bytes }))
	case s.total.files > s.limits.Files:
		return fmt.Errorf("there are %d files, and a bundle holds at most %d: %s",
			s.total.files, s.limits.Files, most(func(p *share) int64 { return int64(p.files) }))
	}
	return nil
}

// kind names what is neither file, folder nor link.
func kind(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no file"
}

// size writes a number of bytes for people.
func size(bytes int64) string {
	value, unit := float64(bytes), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	for value >= 1024 {
		value, unit = value/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", value, units[unit])
}
