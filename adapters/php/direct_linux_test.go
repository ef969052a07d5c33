package php

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/domain"
)

func TestAShellBeforePHPIsLeftOut(t *testing.T) {
	b := newBench(t, Config{})
	r, err := b.Lookup(b.runtimes[0])
	require.NoError(t, err)
	script := func(text string) domain.Runtime {
		file := filepath.Join(t.TempDir(), "php")
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
		return domain.Runtime{Name: "php", Command: []string{file}}
	}
	plain := new(directs).of(t.Context(), r, b.cfg)
	require.NotEqual(t, "/bin/sh", plain.command[0])

	launcher := script("export ADDED='a b'\nexec '" + r.Command[0] + `' -d precision=5 "$@"`)
	found := new(directs).of(t.Context(), launcher, b.cfg)
	require.Equal(t, append(plain.command, "-d", "precision=5"), found.command)
	require.Contains(t, found.env, "ADDED=a b")

	for _, opaque := range []string{
		"'" + r.Command[0] + `' "$@"; exit $?`, // PHP is another process
		`echo "answer $$ 70687000 00"`,         // it is none
		"exit 1",
	} {
		launcher := script(opaque)
		require.Equal(t, direct{command: launcher.Command}, new(directs).of(t.Context(), launcher, b.cfg), opaque)
	}
}
