package phpbench

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
)

// maxSlug is the largest length of a benchmark's slug, in bytes.
const maxSlug = 200

// slugOf joins names into a slug. A word that begins with a capital letter within a name
// is set off by a hyphen. It returns nothing if the names hold no letter and no digit.
func slugOf(names ...string) string {
	var parts []string
	for _, name := range names {
		if part := slugPart(name); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}

func slugPart(name string) string {
	var out strings.Builder
	runes := []rune(name)
	gap := false
	for i, r := range runes {
		switch {
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])),
			unicode.IsUpper(r) && i > 0 && unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
			gap = true // HashBench, and HTTPServer
		}
		r = unicode.ToLower(r)
		if !('a' <= r && r <= 'z' || '0' <= r && r <= '9') {
			gap = true
			continue
		}
		if gap && out.Len() > 0 {
			out.WriteByte('-')
		}
		gap = false
		out.WriteRune(r)
	}
	return out.String()
}

// shorten makes a slug fit. What is cut off is replaced by a sum of the whole.
func shorten(slug, identity string) string {
	if len(slug) <= maxSlug {
		return slug
	}
	return strings.TrimRight(slug[:maxSlug-sumLength-1], "-._") + "-" + sum(identity)
}

// sumLength is the number of digits of a sum.
const sumLength = 8

// sum returns a few digits that tell identities apart.
func sum(identity string) string {
	all := sha256.Sum256([]byte(identity))
	return hex.EncodeToString(all[:])[:sumLength]
}

// shortName returns the name of a class without its namespace.
func shortName(class string) string { return class[strings.LastIndexByte(class, '\\')+1:] }

// named is a benchmark that needs a slug.
type named struct {
	class, method, set string
	hasSet             bool
	// variant tells apart what differs in revolutions or warm-up alone. It may be empty.
	variant string
}

// identity tells a benchmark from all others of the suite.
func (n named) identity() string {
	id := n.class + "::" + n.method
	if n.hasSet {
		id += "#" + n.set
	}
	return id + "@" + n.variant
}

// slugs returns the slugs of benchmarks. They are the short name of the class, the method
// and the set. Where several benchmarks would have the same slug, each gets a sum of its
// full names.
func slugs(all []named) []string {
	out, count := make([]string, len(all)), map[string]int{}
	for i, n := range all {
		method := n.method
		if rest, ok := strings.CutPrefix(method, "bench"); ok && rest != "" {
			method = rest
		}
		set := slugPart(n.set)
		if n.hasSet && set == "" {
			set = sum(n.set)
		}
		class := shortName(n.class)
		if rest, ok := strings.CutSuffix(class, "Bench"); ok && rest != "" {
			class = rest
		}
		out[i] = shorten(slugOf(class, method, set, n.variant), n.identity())
		if out[i] == "" {
			out[i] = sum(n.identity())
		}
		count[out[i]]++
	}
	for i, n := range all {
		if count[out[i]] > 1 {
			long := out[i] + "-" + sum(n.identity())
			if len(long) > maxSlug {
				long = strings.TrimRight(out[i][:maxSlug-sumLength-1], "-._") + "-" + sum(n.identity())
			}
			out[i] = long
		}
	}
	// Names that differ in bytes that are no characters, or in where a comma comes from.
	seen := map[string]int{}
	for i := range out {
		if seen[out[i]]++; seen[out[i]] > 1 {
			number := fmt.Sprintf("-%d", seen[out[i]])
			out[i] = strings.TrimRight(out[i][:min(len(out[i]), maxSlug-len(number))], "-._") + number
		}
	}
	return out
}
