package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/project"
	"github.com/benchbus/benchbus/domain"
)

// bundled packs the files of a tree.
func (a *app) bundled(ctx context.Context, t *project.Tree, bundles domain.Bundles) (domain.Source, error) {
	file, err := os.CreateTemp("", "benchbus-bundle-")
	if err != nil {
		return domain.Source{}, unavailable(err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	packed, err := bundle.Pack(ctx, file, t.Root, t.Files, bundle.Limits{})
	if err != nil {
		return domain.Source{}, usagef("%s: %w", t.Source.Name, err)
	}
	source := t.Source
	source.Digest = packed.Digest
	fmt.Fprintf(a.stderr, "benchbus: %s: %s, %s\n", described(source), count(packed.Files, "file"), size(packed.Bytes))
	if bundles == nil {
		return source, nil
	}
	if _, err = file.Seek(0, io.SeekStart); err == nil {
		err = bundles.Put(ctx, source.Digest, file)
	}
	if err != nil {
		return source, unavailable(fmt.Errorf("the bundle of %s cannot be stored: %w", source.Name, err))
	}
	return source, nil
}

func size(bytes int64) string { return humanize.Bytes(uint64(max(0, bytes))) }

// described names a source with its commit.
func described(s domain.Source) string {
	const most = 12
	switch {
	case s.Revision == "":
		return s.Name
	case strings.HasSuffix(s.Revision, "+"):
		return fmt.Sprintf("%s (%s and what is not committed)", s.Name, s.Revision[:most])
	}
	return fmt.Sprintf("%s (%s)", s.Name, s.Revision[:most])
}
