package scripts_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackages(t *testing.T) {
	// check runs the script for a user. The arguments of apt-get land in a file, and a
	// stand-in for id says who runs the script.
	check := func(user, apt string, code int, asked, sentence string, args ...string) {
		t.Helper()
		b := setup(t)
		log := filepath.Join(b.programs, "asked")
		program(t, filepath.Join(b.programs, "apt-get"), `test -x "$POLICY_RC_D" && echo "$@" >>`+log+"; "+apt)
		program(t, filepath.Join(b.programs, "id"), "echo "+user)
		policy := filepath.Join(b.programs, "policy")
		t.Setenv("POLICY_RC_D", policy)
		_, stderr, got := b.script(t, "./packages", args...)
		require.NoFileExists(t, policy, "it is there only meanwhile")
		require.Equal(t, code, got, stderr)
		require.Contains(t, stderr, sentence)
		text, _ := os.ReadFile(log)
		require.Equal(t, asked, string(text))
	}
	const root, other = "0", "1000"
	check(root, "exit 0", 64, "", "usage: scripts/packages PROGRAM=PACKAGE...")
	check(root, "exit 0", 64, "", `"bash" is not PROGRAM=PACKAGE`, "bash")
	check(other, "exit 1", 0, "", "", "bash=x", "/bin/ba*h=y")
	check(other, "exit 0", 69, "", "install two with the system's package manager", "bash=one", "no-such-program=two")
	check(root, "exit 0", 0, "update\ninstall -y --no-install-recommends two three\n", "installing two three",
		"bash=one", "no-such-program=two", "/nowhere/*/program=three")
	check(root, "exit 100", 69, "update\n", "two could not be installed; see above", "no-such-program=two")
}
