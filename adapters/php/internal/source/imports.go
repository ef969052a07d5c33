package source

import (
	"slices"
	"strings"
)

// Import is a use statement.
type Import struct {
	Piece
	// Names are the imported names. There are none if PHP does not accept the
	// statement.
	Names []Name
}

// Name is an imported name.
type Name struct {
	// Kind is function, const, or empty for classes and namespaces.
	Kind string
	// Full is the full name without a leading backslash, and Alias the short name for
	// it.
	Full, Alias string
}

// Same reports whether two imports are equal. Case matters only in the names of
// constants.
func (n Name) Same(other Name) bool {
	if n.Kind != "const" {
		return n.Kind == other.Kind && strings.EqualFold(n.Full, other.Full) && strings.EqualFold(n.Alias, other.Alias)
	}
	space, name := cutLast(n.Full)
	otherSpace, otherName := cutLast(other.Full)
	return n.Kind == other.Kind && strings.EqualFold(space, otherSpace) && name == otherName && n.Alias == other.Alias
}

// Statement returns a use statement, on one line, that imports the name.
func (n Name) Statement() string {
	kind := n.Kind
	if kind != "" {
		kind += " "
	}
	return "use " + kind + n.Full + " as " + n.Alias + ";"
}

// cutLast splits a name before its last part.
func cutLast(name string) (namespace, last string) {
	i := strings.LastIndexByte(name, '\\')
	return name[:max(0, i)], name[i+1:]
}

// names reads the use statement in the range.
func (a *assembler) names(start, end int) []Name {
	from, _ := slices.BinarySearchFunc(a.tokens, start, func(t token, at int) int { return t.start - at })
	to, _ := slices.BinarySearchFunc(a.tokens, end, func(t token, at int) int { return t.start - at })
	if a.punct(to-1) == ";" {
		to--
	}
	r := importReader{code: a.code, at: from + 1, end: to}
	if !r.list(r.kind(""), "") || r.at != r.end {
		return nil
	}
	return r.names
}

// importReader reads the names after the keyword use.
type importReader struct {
	*code
	at, end int
	names   []Name
}

// list reads names up to the end, or to the brace that closes a group of names
// with the same prefix. It returns false if it meets anything else.
func (r *importReader) list(kind, prefix string) bool {
	for r.at < r.end && r.punct(r.at) != "}" {
		if !r.one(kind, prefix) {
			return false
		}
		if r.punct(r.at) != "," {
			break
		}
		r.at++
	}
	return true
}

// one reads a name, or a group of them.
func (r *importReader) one(kind, prefix string) bool {
	if prefix != "" {
		kind = r.kind(kind)
	}
	if !r.isWord() {
		return false
	}
	name := Name{Kind: kind, Full: prefix + strings.TrimPrefix(r.text(r.at), `\`)}
	r.at++
	if r.punct(r.at) == `\` && r.punct(r.at+1) == "{" && prefix == "" {
		r.at += 2
		ok := r.list(kind, name.Full+`\`) && r.punct(r.at) == "}"
		r.at++
		return ok
	}
	_, name.Alias = cutLast(name.Full)
	if r.keyword(r.at) == "as" {
		if r.at++; !r.isWord() {
			return false
		}
		name.Alias = r.text(r.at)
		r.at++
	}
	r.names = append(r.names, name)
	return true
}

// kind reads function or const before a name. If there is neither, it returns the given
// kind.
func (r *importReader) kind(outer string) string {
	if k := r.keyword(r.at); (k == "function" || k == "const") && r.at+1 < r.end && r.tokens[r.at+1].kind == word {
		r.at++
		return k
	}
	return outer
}

func (r *importReader) isWord() bool { return r.at < r.end && r.tokens[r.at].kind == word }
