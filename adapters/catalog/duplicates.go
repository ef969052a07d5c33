package catalog

import (
	"fmt"
	"strings"
)

// sameNames finds slugs and names that several definitions have. It ignores case. A
// name must not equal another definition's slug either, since people may give both.
func sameNames(documents []*document) (problems []Problem) {
	slugs, names := map[string]*document{}, map[string]*document{}
	for _, d := range documents {
		slug := d.benchmark.Slug
		if first := slugs[slug]; first != nil && slug != "" {
			problems = append(problems, d.at("slug", "%q stands in %s too", slug, first.where("slug")))
		} else {
			slugs[slug] = d
		}
	}
	for _, d := range documents {
		name := strings.ToLower(strings.TrimSpace(d.benchmark.Name))
		if name == "" {
			continue
		}
		if first := names[name]; first != nil {
			problems = append(problems, d.at("name", "%q is also the name of %s; names must differ, in upper and lower case alike", d.benchmark.Name, first.place("name")))
		} else if other := slugs[name]; other != nil && other != d {
			problems = append(problems, d.at("name", "%q is also the slug of %s", d.benchmark.Name, other.place("slug")))
		} else {
			names[name] = d
		}
	}
	return problems
}

// sameCode warns of definitions that measure the same code. If they are not in the same
// group, it warns only if their set-ups are the same too.
func sameCode(documents []*document) (warnings []Problem) {
	byCode := map[string][]*document{}
	for _, d := range documents {
		code := withoutComments(d.benchmark.Code)
		if code == "" {
			continue
		}
		if reason := sameAs(d, byCode[code]); reason != "" {
			warning := d.at("code", "%s", reason)
			warning.Warning = true
			warnings = append(warnings, warning)
		}
		byCode[code] = append(byCode[code], d)
	}
	return warnings
}

// sameAs says which of the earlier definitions a definition repeats. All of them have
// its code. It names a member of the same group rather than another.
func sameAs(d *document, earlier []*document) (reason string) {
	for _, other := range earlier {
		sameSetup := withoutComments(d.benchmark.Setup) == withoutComments(other.benchmark.Setup)
		switch sameGroup := d.benchmark.Group != "" && d.benchmark.Group == other.benchmark.Group; {
		case sameGroup && sameSetup:
			return fmt.Sprintf("is the same as that of %s, in the same group: nothing is compared", other.place("code"))
		case sameGroup:
			return fmt.Sprintf("is the same as that of %s, in the same group: only the set-ups differ", other.place("code"))
		case sameSetup && reason == "":
			reason = "is the same as that of " + other.place("code")
		}
	}
	return reason
}

// at makes a problem of a field that the document has.
func (d *document) at(field, format string, args ...any) Problem {
	p := Problem{File: d.file, Field: field, Reason: fmt.Sprintf(format, args...)}
	if key := d.keys[field]; key != nil {
		p.Line, p.Column = key.Line, key.Column
	}
	return p
}

// place names the document's benchmark and the position of the field.
func (d *document) place(field string) string {
	return fmt.Sprintf("%s (%s)", quote(d.benchmark.Slug), d.where(field))
}

// where returns the position of a field that the document has.
func (d *document) where(field string) string {
	if key := d.keys[field]; key != nil {
		return fmt.Sprintf("%s:%d", d.file, key.Line)
	}
	return d.file
}
