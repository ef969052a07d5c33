package domain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Source is the project that the code of a variant includes, as it was when its bundle was
// made. The zero value is no project.
type Source struct {
	// Name is what people call it, such as main or working-tree. Variants of one entry may
	// have sources of the same content under several names.
	Name string
	// Digest identifies the content: the SHA-256 of its bundle.
	Digest Digest
	// Revision is the full commit id, if the source is a revision or a working tree of a
	// repository. It ends with + if the working tree had changes. It may be empty.
	Revision string
}

// Digest is the content id of a bundle: "sha256:" and the SHA-256 of its bytes as 64
// lower-case hexadecimal digits.
type Digest string

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// Valid reports whether the digest has the form of one.
func (d Digest) Valid() bool { return digestPattern.MatchString(string(d)) }

// Hex returns the 64 digits of a valid digest.
func (d Digest) Hex() string { return string(d)[len("sha256:"):] }

// revisionPattern matches the commit ids of both kinds of repository: SHA-1 and SHA-256.
var revisionPattern = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})\+?$`)

// problem returns the first reason why the source is invalid, or nil.
func (s Source) problem() error {
	switch {
	case s == (Source{}):
		return nil
	case s.Name == "" || len(s.Name) > maxName || strings.ContainsFunc(s.Name, unicode.IsControl) || !utf8.ValidString(s.Name):
		return fmt.Errorf("%.100q is not a source's name: it must have 1 to %d bytes, without control characters", s.Name, maxName)
	case !s.Digest.Valid():
		return fmt.Errorf("%.100q is not the digest of a source: it must be sha256: and 64 hexadecimal digits", s.Digest)
	case s.Revision != "" && !revisionPattern.MatchString(s.Revision):
		return fmt.Errorf("%.100q is not a revision: it must be a full commit id, with + for changes", s.Revision)
	}
	return nil
}

// ErrNoBundle says that there is no bundle of that digest.
var ErrNoBundle = errors.New("there is no such bundle")

// Bundles is the place where bundles lie: the dispatching side puts them there, and
// workers fetch them.
//
// Contract, for implementers:
//   - All methods may be called by several goroutines and processes at once.
//   - A bundle never changes. Put of one that is there already succeeds, and need not
//     read it.
//   - Put reads to the end and checks the bytes against the digest. A bundle that does not
//     have it, one whose reader fails, and one that was cut off is an error, and nobody
//     ever sees any of it.
//   - Open returns the bytes as they lie there, which may have been tampered with: whoever
//     reads them checks the digest. Its error is [ErrNoBundle] if there is no such bundle;
//     any other error says that nobody knows.
//   - A digest that is not valid is an error, and never becomes part of a path.
//   - A call ends soon after its context does, and so do reads of what Open returned.
type Bundles interface {
	// Has reports whether the bundle is there.
	Has(ctx context.Context, d Digest) (bool, error)
	// Put stores the bundle.
	Put(ctx context.Context, d Digest, bundle io.Reader) error
	// Open returns a reader of the bundle. The caller closes it.
	Open(ctx context.Context, d Digest) (io.ReadCloser, error)
}

// SourceTrees gives executors the files of sources, unpacked on this host. Its methods may
// be called by several goroutines at once.
type SourceTrees interface {
	// Tree returns the folder with the files, which is read only, fetching them if they
	// are not here. The folder stays until release is called. The paths of all trees of
	// one SourceTrees are equally long.
	//
	// Its error has class ClassSource if the bundle cannot be had or is not what its digest
	// says, and class ClassHost if this host is the reason, such as a full disk.
	Tree(ctx context.Context, d Digest) (folder string, release func(), err error)
}
