package project

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mergeBase is the beginning of a ref that names the merge base of another one and HEAD, or
// of two.
const mergeBase = "merge-base:"

// maxRef is the limit of a source's name in bytes.
const maxRef = 255

// checkRef returns why the text cannot be a ref, or nil.
func checkRef(ref string) error {
	switch {
	case ref == "" || ref == mergeBase:
		return errors.New("the revision is empty; name a branch, a tag or a commit")
	case len(ref) > maxRef:
		return fmt.Errorf("the revision %.40q… has %d bytes; at most %d are allowed", ref, len(ref), maxRef)
	case strings.ContainsFunc(ref, unicode.IsControl) || !utf8.ValidString(ref):
		return fmt.Errorf("the revision %q holds a line break or another byte that no name may have", ref)
	case strings.HasPrefix(ref, "-") || strings.HasPrefix(ref, mergeBase+"-") || strings.Contains(ref, "...-"):
		return fmt.Errorf("%q is not a revision: no name begins with a hyphen", ref)
	}
	return nil
}

// resolve returns the id of the commit that the ref names.
func (r *repository) resolve(ctx context.Context, ref string) (string, error) {
	if err := checkRef(ref); err != nil {
		return "", err
	}
	head, err := r.head(ctx)
	if err != nil {
		return "", err
	}
	if head == "" && r.empty(ctx) {
		return "", fmt.Errorf("the repository %s has no commit yet; commit something first, or measure the working tree", r.top)
	}
	of, isBase := strings.CutPrefix(ref, mergeBase)
	if !isBase {
		return r.commit(ctx, ref)
	}
	other, with, two := strings.Cut(of, "...")
	if !two {
		with = "HEAD"
	}
	a, err := r.commit(ctx, other)
	if err != nil {
		return "", err
	}
	b, err := r.commit(ctx, with)
	if err != nil {
		return "", err
	}
	base, err := r.line(ctx, "merge-base", a, b)
	if failed := new(gitError); errors.As(err, &failed) {
		return "", fmt.Errorf("%s and %s have no commit in common%s", other, with, r.shallowHint(ctx))
	}
	return base, err
}

// empty reports whether the repository has no commit at all.
func (r *repository) empty(ctx context.Context) bool {
	out, err := r.run(ctx, "for-each-ref", "--count=1")
	return err == nil && out == ""
}

// commit returns the id of the commit that a name, which is checked, stands for.
func (r *repository) commit(ctx context.Context, name string) (string, error) {
	// In two steps, since :/text takes what follows it for text.
	id, err := r.line(ctx, "rev-parse", "--verify", name)
	if err == nil {
		id, err = r.line(ctx, "rev-parse", "--verify", id+"^{commit}")
	}
	text := complaint(err)
	switch {
	case err == nil && !strings.HasPrefix(id, "^"): // ^main is all but main
		return id, nil
	case err == nil:
	case text == "":
		return "", err
	case strings.Contains(text, "object ID") && strings.Contains(text, "is ambiguous"):
		return "", fmt.Errorf("%s is the beginning of several ids; give more of its digits", name)
	case strings.Contains(text, "expected commit type"):
		return "", fmt.Errorf("%s is not a commit; name a branch, a tag or a commit", name)
	}
	return "", r.unknown(ctx, name)
}

// unknown returns the error for a name that the repository does not know.
func (r *repository) unknown(ctx context.Context, name string) error {
	out, err := r.run(ctx, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return err
	}
	sentence := fmt.Sprintf("%s is not a revision of %s", name, r.top)
	if near := similar(name, strings.Fields(out)); len(near) > 0 {
		sentence += "; did you mean " + strings.Join(near, " or ") + "?"
		return errors.New(sentence + r.shallowHint(ctx))
	}
	if hint := r.shallowHint(ctx); hint != "" {
		return errors.New(sentence + hint)
	}
	return errors.New(sentence + "; git branch --all and git tag list what there is, git fetch --all --tags gets what is new")
}

// shallowHint returns what to do about a clone without its history, or "" if it has it.
func (r *repository) shallowHint(ctx context.Context) string {
	if shallow, err := r.line(ctx, "rev-parse", "--is-shallow-repository"); err != nil || shallow != "true" {
		return ""
	}
	return "; the clone is shallow, so that commits and branches are missing: git fetch --unshallow gets them"
}
