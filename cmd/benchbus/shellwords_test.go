package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestShellWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                             nil,
		"  ":                           nil,
		"php":                          {"php"},
		" php \t-n\n-d  a=b ":          {"php", "-n", "-d", "a=b"},
		`"/opt/my php/php" -n`:         {"/opt/my php/php", "-n"},
		`/opt/my\ php/php`:             {"/opt/my php/php"},
		`php -d 'a="b c"' ''`:          {"php", "-d", `a="b c"`, ""},
		`a"b c"'d e'f`:                 {"ab cd ef"},
		`"a\"b\\c\d" 'x\y' \'\"`:       {`a"b\c\d`, `x\y`, `'"`},
		"php é🐘":                       {"php", "é🐘"},
		`-d error_log="" '' "two one"`: {"-d", "error_log=", "", "two one"},
	} {
		words, err := shellWords(text)
		require.NoError(t, err, text)
		require.Equal(t, want, words, text)
	}
	for _, text := range []string{`"`, `'a b`, `a "b`, `a\`} {
		_, err := shellWords(text)
		require.ErrorContains(t, err, "quote", text)
	}
}

// shellWords must split as a shell does.
func FuzzShellWords(f *testing.F) {
	f.Add(`a "b c" 'd' \e "\x\"" ''`)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune(`ab '"\`, r) }) {
			t.Skip("the shell gives more characters a meaning")
		}
		words, err := shellWords(text)
		out, failed := exec.Command("sh", "-c", `printf '%s\n' x `+text).Output()
		if err != nil {
			return // a shell may accept it nevertheless
		}
		require.NoError(t, failed)
		require.Equal(t, strings.Join(append([]string{"x"}, words...), "\n")+"\n", string(out))
	})
}

func TestPHPCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "my php")
	require.NoError(t, os.WriteFile(path, nil, 0o755))
	found, err := commands([]string{"8.4=" + path, `php82="` + path + `" -d 'a=b c'`, "php74=/opt/php74/bin/php -n"})
	require.NoError(t, err)
	require.Equal(t, map[domain.RuntimeName][]string{
		"php84": {path}, "php82": {path, "-d", "a=b c"}, "php74": {"/opt/php74/bin/php", "-n"},
	}, found)
	for _, bad := range []string{"php84", "php84=", "php84= ", "=php", `php84="php`, `php84=''`} {
		_, err := commands([]string{bad})
		require.ErrorContains(t, err, "must be written NAME=COMMAND", bad)
	}
}
