package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestATextIsCutAtTheEndOfACharacter(t *testing.T) {
	check := func(text string, limit int, want string) {
		t.Helper()
		got := domain.Shorten(text, limit)
		require.Equal(t, want, got)
		require.LessOrEqual(t, len(got), max(limit, 0))
	}
	check("short", 5, "short")
	check("", 0, "")
	check(strings.Repeat("x", 100), 30, strings.Repeat("x", 10)+"… (cut: 100 bytes)")
	check(strings.Repeat("µ", 50), 30, strings.Repeat("µ", 5)+"… (cut: 100 bytes)")
	check("µµµ", 3, "µ")
	check("µµµ", 0, "")
	check("text", -1, "")
}
