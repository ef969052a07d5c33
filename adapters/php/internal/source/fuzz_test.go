package source

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzSplit checks Split with any input. It must not panic, every significant token must
// be in exactly one piece or open or close a namespace, and no part of a piece may get
// lost.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"<<<'A'\n{$\n A;", "namespace A { const B = 1 ?> x <?= 2; } enum E {}",
		"#[A] final class B { public $c { get => 1; } function d() { define('E', $f); } }",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		_, err := Split(src)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
		}
		for _, attributes := range []bool{true, false} {
			if s, err := split(src, attributes); err == nil {
				requireAll(t, src, s, attributes)
			}
		}
	})
}

func requireAll(t *testing.T, src string, s Source, attributes bool) {
	t.Helper()
	pieces := s.Directives
	for _, b := range s.Blocks {
		for _, i := range b.Imports {
			pieces = append(pieces, i.Piece)
		}
		pieces = slices.Concat(pieces, b.Declarations, b.Body)
	}
	slices.SortFunc(pieces, func(a, b Piece) int { return a.Start - b.Start })
	var covered []Piece
	for _, p := range pieces {
		require.Less(t, p.Start, p.End, "a piece is empty")
		if n := len(covered); n > 0 {
			require.LessOrEqual(t, covered[n-1].End, p.Start, "pieces overlap")
		}
		require.Equal(t, lineAt(src, p.Start), p.Line)
		requireWithin(t, src[p.Start:p.End], p.Text)
		covered = append(covered, p)
	}
	tokens, _, err := lex(src, attributes)
	require.NoError(t, err)
	before := ""
	for _, token := range tokens {
		in := slices.ContainsFunc(covered, func(p Piece) bool { return p.Start <= token.start && token.end <= p.End })
		if in || !token.significant() {
			continue
		}
		text := src[token.start:token.end]
		if token.kind != word || strings.EqualFold(text, "namespace") {
			require.Contains(t, []string{"namespace", ";", "{", "}"}, strings.ToLower(text), "a token is in no piece")
			before = text
			continue
		}
		require.True(t, strings.EqualFold(before, "namespace"), "the word %q is in no piece", text)
		before = text
	}
}

// requireWithin requires that all of part is in whole, in order.
func requireWithin(t *testing.T, part, whole string) {
	t.Helper()
	for i := 0; i < len(whole) && part != ""; i++ {
		if whole[i] == part[0] {
			part = part[1:]
		}
	}
	require.Empty(t, part, "a piece lost something")
}
