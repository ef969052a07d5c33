package main

import (
	"context"
	"fmt"

	"github.com/benchbus/benchbus/adapters/project"
	"github.com/benchbus/benchbus/domain"
)

// state is the project in one of the states that are compared.
type state struct {
	*project.Tree
	suite *suite
}

// states gets the states of the project, which the caller closes, also after an error.
func (a *app) states(ctx context.Context, f *revisionFlags, php domain.Runtime) (states []state, err error) {
	p, err := project.Open(ctx, f.dir, project.Config{
		Prepare: f.prepare, PHP: php.Command, PHPVersion: php.Version, Log: a.stderr,
		Include: f.include, Exclude: f.exclude, AllowSecrets: f.allowSecrets,
	})
	if err != nil {
		return nil, usage(err)
	}
	refs, err := f.refs(ctx, p)
	if err != nil {
		return nil, usage(err)
	}
	for _, ref := range refs {
		tree, err := get(ctx, p, ref)
		if err != nil {
			return states, usage(err)
		}
		states = append(states, state{Tree: tree})
		for _, note := range tree.Notes {
			fmt.Fprintf(a.stderr, "benchbus: %s: %s\n", tree.Source.Name, note)
		}
	}
	return states, nil
}

// refs returns what --rev names, each checked before any of them is prepared.
func (r *revisionFlags) refs(ctx context.Context, p *project.Project) (refs []string, err error) {
	for _, text := range r.revisions {
		refs = append(refs, project.Refs(text)...)
	}
	if len(refs) == 0 {
		return []string{workingTree}, nil
	}
	named := map[string]bool{}
	for _, ref := range refs {
		name := ref
		if ref == workingTree {
			name = project.WorkingTreeName
		} else if _, err := p.Commit(ctx, ref); err != nil {
			return nil, err
		}
		if named[name] {
			return nil, fmt.Errorf("--rev has %s twice; name what it is to be compared with", name)
		}
		named[name] = true
	}
	return refs, nil
}

func get(ctx context.Context, p *project.Project, ref string) (*project.Tree, error) {
	if ref == workingTree {
		return p.WorkingTree(ctx)
	}
	return p.Revision(ctx, ref)
}
