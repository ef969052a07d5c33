package application

import (
	"context"
	"fmt"

	"github.com/benchbus/benchbus/domain"
)

// AmbiguousRunError says that the ids of several runs begin with the given text.
type AmbiguousRunError struct {
	Prefix string
	Runs   []domain.RunID // some of them, newest first
}

func (e AmbiguousRunError) Error() string {
	return fmt.Sprintf("%q could be any of %v; give more of the id", e.Prefix, e.Runs)
}

// FindRun returns the id of the run that a person means. name is a whole id, a
// beginning that only one run has, or "last" for the newest run. It returns
// domain.ErrRunNotFound if there is no such run.
func FindRun(ctx context.Context, store domain.Store, name string) (domain.RunID, error) {
	prefix := name
	if name == "" {
		return "", fmt.Errorf("%w: no id was given", domain.ErrRunNotFound)
	}
	if name == "last" {
		prefix = ""
	}
	runs, err := store.Runs(ctx, prefix, 5)
	switch {
	case err != nil:
		return "", err
	case len(runs) == 0 && name == "last":
		return "", fmt.Errorf("%w: nothing has been run yet", domain.ErrRunNotFound)
	case len(runs) == 0:
		return "", fmt.Errorf("%w: %q", domain.ErrRunNotFound, name)
	case len(runs) == 1 || name == "last":
		return runs[0].ID, nil
	}
	found := AmbiguousRunError{Prefix: name}
	for _, run := range runs {
		if run.ID == domain.RunID(name) {
			return run.ID, nil
		}
		found.Runs = append(found.Runs, run.ID)
	}
	return "", found
}
