package phpbench

import (
	"regexp"
	"strings"
)

// firstClass returns the full name of the first class that the PHP source declares,
// whether it is abstract, and how many classes there are. A file without one is not
// included by anybody: it may be a script.
func firstClass(src string) (name string, abstract bool, count int) {
	code := strip(src)
	namespace := ""
	for _, m := range declarations.FindAllStringSubmatchIndex(code, -1) {
		before := strings.TrimRight(code[:m[0]], " \t\r\n")
		if m[0] > 0 && (isNamed(code[m[0]-1]) || strings.ContainsRune(`$\`, rune(code[m[0]-1]))) || strings.HasSuffix(before, "::") || strings.HasSuffix(before, "->") {
			continue // a name that ends like the keyword
		}
		if m[4] < 0 {
			namespace = ""
			if m[2] >= 0 {
				namespace = code[m[2]:m[3]]
			}
			continue
		}
		isAbstract := false
		for again := true; again; {
			again = false
			for _, modifier := range []string{"readonly", "final", "abstract"} {
				if cut, ok := cutWord(before, modifier); ok {
					before, again, isAbstract = cut, true, isAbstract || modifier == "abstract"
				}
			}
		}
		if _, ok := cutWord(before, "new"); ok {
			continue
		}
		class := code[m[4]:m[5]]
		if l := strings.ToLower(class); l == "extends" || l == "implements" {
			continue
		}
		if count++; count == 1 {
			name, abstract = strings.TrimPrefix(namespace+`\`+class, `\`), isAbstract
		}
	}
	return name, abstract, count
}

// cutWord returns the code without that word at its end, and whether it ends in it.
func cutWord(code, word string) (before string, ok bool) {
	rest := len(code) - len(word)
	if rest < 0 || !strings.EqualFold(code[rest:], word) || rest > 0 && isNamed(code[rest-1]) {
		return code, false
	}
	return strings.TrimRight(code[:rest], " \t\r\n"), true
}

func isNamed(b byte) bool {
	return b == '_' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

// declarations matches, in code without comments and texts, a namespace or the head of a
// class.
var declarations = regexp.MustCompile(`(?i)\b(?:namespace(?:\s+([\w\\\x{80}-\x{10ffff}]+))?\s*[;{]|class\s+([a-z_\x{80}-\x{10ffff}][\w\x{80}-\x{10ffff}]*))`)

var heredoc = regexp.MustCompile(`^<<<[ \t]*(['"]?)([A-Za-z_][A-Za-z0-9_]*)(['"]?)\r?\n`)

// strip returns the PHP code of the source without comments and texts. What is left out
// becomes a blank.
func strip(src string) string {
	var out strings.Builder
	php := false
	for i := 0; i < len(src); {
		rest := src[i:]
		if !php {
			at := strings.Index(rest, "<?")
			if at < 0 {
				break
			}
			i += at + 2
			php = !strings.HasPrefix(src[i:], "xml")
			if tag := "php"; len(src)-i >= len(tag) && strings.EqualFold(src[i:i+len(tag)], tag) {
				i += len(tag)
			}
			out.WriteByte(' ')
			continue
		}
		skipped := 0
		switch {
		case strings.HasPrefix(rest, "?>"):
			php, skipped = false, 2
			out.WriteByte(';')
		case strings.HasPrefix(rest, "/*"):
			skipped = until(rest, 2, "*/")
		case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "#") && !strings.HasPrefix(rest, "#["):
			skipped = comment(rest)
		case rest[0] == '\'' || rest[0] == '"' || rest[0] == '`':
			skipped = quoted(rest)
		case strings.HasPrefix(rest, "<<<"):
			skipped = document(rest)
		}
		if skipped == 0 {
			out.WriteByte(rest[0])
			skipped = 1
		} else {
			out.WriteByte(' ')
		}
		i += skipped
	}
	return out.String()
}

// until returns the length of the text up to the end of the mark.
func until(text string, from int, mark string) int {
	if at := strings.Index(text[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(text)
}

// comment returns the length of a comment of one line, which a closing tag ends as well.
func comment(text string) int {
	length := strings.IndexAny(text, "\r\n")
	if length < 0 {
		length = len(text)
	}
	if tag := strings.Index(text[:length], "?>"); tag >= 0 {
		length = tag
	}
	return length
}

// quoted returns the length of the text that begins with its quote.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return len(text)
}

// document returns the length of a heredoc or nowdoc, or 0 if none begins here.
func document(text string) int {
	m := heredoc.FindStringSubmatch(text)
	if m == nil || m[1] != m[3] {
		return 0
	}
	end := regexp.MustCompile(`(\n[ \t]*` + m[2] + `)(?:[^A-Za-z0-9_\x{80}-\x{10ffff}]|$)`)
	from := len(m[0]) - 1
	at := end.FindStringSubmatchIndex(text[from:])
	if at == nil {
		return len(text)
	}
	return from + at[3]
}
