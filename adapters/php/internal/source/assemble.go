package source

import (
	"slices"
	"sort"
	"strings"
)

// assembler makes pieces from the walker's findings.
type assembler struct {
	*walker
	newlines []int
}

func (w *walker) assemble(html bool) Source {
	a := &assembler{walker: w}
	for i := range len(w.src) {
		if breaks(w.src, i) {
			a.newlines = append(a.newlines, i)
		}
	}
	slices.SortStableFunc(w.edits, func(x, y edit) int { return x.at - y.at })
	var s Source
	s.Global, s.Variables = w.scope()
	for i, b := range w.blocks {
		end := len(w.src)
		if i+1 < len(w.blocks) {
			end = w.blocks[i+1].at
		}
		block := a.block(b, end, &s)
		block.HTML = html && i+1 == len(w.blocks)
		if len(block.Imports)+len(block.Declarations)+len(block.Body) > 0 {
			s.Blocks = append(s.Blocks, block)
		}
	}
	if len(s.Blocks) == 0 {
		s.Blocks = []Block{{HTML: html}}
	}
	return s
}

// block collects the pieces from a block's start to its end.
func (a *assembler) block(b blockStart, end int, s *Source) Block {
	block := Block{Namespace: b.namespace}
	at := b.at
	body := func(to int) {
		if a.holdsCode(at, to) {
			block.Body = append(block.Body, a.piece(at, to, false))
		}
	}
	for ; len(a.cuts) > 0 && a.cuts[0].start < end; a.cuts = a.cuts[1:] {
		c := a.cuts[0]
		body(c.start)
		at = c.end
		piece := a.piece(c.start, c.end, c.tag)
		piece.Alone = c.alone
		switch c.role {
		case directive:
			s.Directives = append(s.Directives, piece)
		case imports:
			block.Imports = append(block.Imports, Import{piece, a.names(c.start, c.end)})
		case declaration:
			block.Declarations = append(block.Declarations, piece)
		}
	}
	body(end)
	return block
}

// holdsCode reports whether a range holds more than blanks and comments.
func (a *assembler) holdsCode(start, end int) bool {
	i := sort.Search(len(a.tokens), func(i int) bool { return a.tokens[i].start >= start })
	return i < len(a.tokens) && a.tokens[i].start < end
}

// piece renders a range with its edits.
func (a *assembler) piece(start, end int, terminate bool) Piece {
	for start < end && isBlank(a.src[start]) {
		start++
	}
	p := Piece{Start: start, End: end, Line: 1 + sort.SearchInts(a.newlines, start)}
	var out strings.Builder
	at := start
	first := sort.Search(len(a.edits), func(i int) bool { return a.edits[i].at >= start })
	for _, e := range a.edits[first:] {
		if e.at > end || e.at == end && !e.closes {
			break
		}
		if e.at == start && e.closes {
			continue
		}
		out.WriteString(a.src[at:e.at])
		out.WriteString(e.text)
		at = e.at
	}
	out.WriteString(a.src[at:end])
	if terminate {
		out.WriteString(";")
	}
	p.Text = out.String()
	return p
}
