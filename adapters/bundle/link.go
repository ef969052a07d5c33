package bundle

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// checkLink returns the reason why a bundle may not hold that symbolic link, or nil.
//
// A link may climb only before it descends. The folder that it stands in is a real one, so
// climbing stays within the project if it is not too far. Descending may pass other links,
// for which the same holds. If a link could climb after it passed another, it would climb
// from wherever that one leads.
func (l Limits) checkLink(name, target string) error {
	switch {
	case target == "" || !utf8.ValidString(target) || len(target) > l.NameBytes || strings.ContainsRune(target, 0):
		return fmt.Errorf("the link %s has a target that is empty, not UTF-8, or longer than %d bytes; leave it out", name, l.NameBytes)
	case path.IsAbs(target):
		return fmt.Errorf("the link %s leads to %s, which is another place on every host; make it relative, or leave it out", name, target)
	}
	depth, descended := strings.Count(name, "/"), false
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "", ".":
		case "..":
			if descended {
				return fmt.Errorf("the link %s leads to %s, which has .. behind a name; write the target without it, or leave the link out", name, target)
			}
			if depth--; depth < 0 {
				return fmt.Errorf("the link %s leads to %s, outside of the project; leave it out, or copy what it leads to", name, target)
			}
		default:
			descended = true
		}
	}
	return nil
}
