package catalog

import (
	"fmt"
	"strings"
)

// sameNames finds slugs and names that several definitions have. A name may
// not be another's slug either: people may give both, in any case.
func sameNames(documents []*document) (problems []Problem) {
	slugs, names := map[string]*document{}, map[string]*document{}
	for _, d := range documents {
		slug := d.benchmark.Slug
		if first := slugs[slug]; first != nil && slug != "" {
			problems = append(problems, d.at("slug", "%q is also the slug of %s", slug, first.place("slug")))
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
			problems = append(problems, d.at("name", "%q is also the name of %s", d.benchmark.Name, first.place("name")))
		} else if other := slugs[name]; other != nil && other != d && d.benchmark.Slug != name {
			problems = append(problems, d.at("name", "%q is also the slug of %s", d.benchmark.Name, other.place("slug")))
		} else {
			names[name] = d
		}
	}
	return problems
}

// sameCode warns where two definitions measure the same code: in the whole
// catalogue when their set-ups are the same too, in a group always.
func sameCode(documents []*document) (warnings []Problem) {
	byCode := map[string][]*document{}
	for _, d := range documents {
		code, setup := squeeze(d.benchmark.Code), squeeze(d.benchmark.Setup)
		if code == "" {
			continue
		}
		for _, first := range byCode[code] {
			reason := ""
			switch sameSetup := setup == squeeze(first.benchmark.Setup); {
			case d.benchmark.Group != "" && d.benchmark.Group == first.benchmark.Group && sameSetup:
				reason = fmt.Sprintf("is the same as that of %s, in the same group: nothing is compared", first.place("code"))
			case d.benchmark.Group != "" && d.benchmark.Group == first.benchmark.Group:
				reason = fmt.Sprintf("is the same as that of %s, in the same group: only the set-ups differ", first.place("code"))
			case sameSetup:
				reason = fmt.Sprintf("is the same as that of %s", first.place("code"))
			default:
				continue
			}
			warning := d.at("code", "%s", reason)
			warning.Warning = true
			warnings = append(warnings, warning)
			break
		}
		byCode[code] = append(byCode[code], d)
	}
	return warnings
}

// at is a problem of a field that the document has.
func (d *document) at(field, format string, args ...any) Problem {
	p := Problem{File: d.file, Field: field, Reason: fmt.Sprintf(format, args...)}
	if key := d.keys[field]; key != nil {
		p.Line, p.Column = key.Line, key.Column
	}
	return p
}

// place names the document's benchmark and where its field stands.
func (d *document) place(field string) string {
	where := d.file
	if key := d.keys[field]; key != nil {
		where = fmt.Sprintf("%s:%d", d.file, key.Line)
	}
	return fmt.Sprintf("%s (%s)", quote(d.benchmark.Slug), where)
}
