package php

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/php/internal/callgrind"
	"github.com/benchbus/benchbus/domain"
)

// This test needs valgrind, and does not skip without it: scripts/packages installs it.
func TestProfile(t *testing.T) {
	b := newBench(t, Config{})
	it := b.iteration("")
	variants := func(codes ...string) {
		it.Variants = nil
		for _, code := range codes {
			benchmark := &domain.Benchmark{Slug: "test", Name: "Test", Category: "Test", Runtimes: b.runtimes, Code: code, Revolutions: 1000}
			it.Variants = append(it.Variants, domain.Variant{Benchmark: benchmark, Runtime: b.runtimes[len(b.runtimes)-1]})
		}
	}
	variants("$s = 0; for ($j = 0; $j < 100; ++$j) { $s += $j; }", "$s = array_sum($a);")
	it.Variants[1].Benchmark.Setup = "$a = range(0, 99);"
	kept := map[[2]int]int{}
	pairs, err := b.Profile(t.Context(), it, func(variant, revolutions int, file []byte) error {
		kept[[2]int{variant, revolutions}] = strings.Count(string(file), "\nfn=")
		return nil
	})
	require.NoError(t, err, b.log.String())
	require.Len(t, pairs, 2)
	require.Len(t, kept, 4)
	for i, p := range pairs {
		require.Equal(t, countedRevolutions(1000), p.Revolutions)
		for _, revolutions := range []int{p.Revolutions, 2 * p.Revolutions} {
			require.Greater(t, kept[[2]int{i, revolutions}], 5)
		}
		require.NotContains(t, p.Once, "")
	}
	require.Greater(t, pairs[0].Instructions("execute_ex"), 1000.0, "the virtual machine goes round a hundred times")
	require.Less(t, pairs[1].Instructions("execute_ex"), 1000.0, "it calls a function once")

	counted := it
	require.InEpsilon(t, float64(b.counted(t, counted)[0][0])/float64(pairs[0].Revolutions), pairs[0].PerRevolution(), 0.001, "as many as are counted without functions")

	_, err = b.Profile(t.Context(), it, func(int, int, []byte) error { return errors.New("full") })
	require.ErrorContains(t, err, "full")
	variants("$x = 1;", "throw new Exception('no');")
	_, err = b.Profile(t.Context(), it, nil)
	require.Equal(t, domain.ClassCode, domain.FailureOf(err, 1).Class)
	require.ErrorContains(t, err, "test: ")
	it.Samples = 0
	_, err = b.Profile(t.Context(), it, nil)
	require.ErrorContains(t, err, "0 samples")
}

// A profile that valgrind did not write is never made up.
func TestProfilesThatGoWrong(t *testing.T) {
	b := newBench(t, Config{})
	wrong := func(does string, parts ...string) {
		t.Helper()
		b.pretend(t, works+does)
		_, err := b.Profile(t.Context(), b.iteration("$x = 1;"), nil)
		require.Equal(t, domain.ClassResult, domain.FailureOf(err, 1).Class)
		for _, part := range parts {
			require.ErrorContains(t, err, part)
		}
	}
	wrong(`exec "$@"`, "test: ", "valgrind did not write what each part of the batch executed")
	wrong(`total 1000 .4; echo hello >"$out.6"; exec "$@"`, `line 1 of the profile: "hello" is not known`)
	wrong(`total 1000 .4; total 1000 .6; exec "$@"`, "1 revolutions executed no fewer instructions than 2", "give it the same input each time")
	b.counting.program, b.counting.known = "no-such-valgrind", false
	_, err := b.Profile(t.Context(), b.iteration("$x = 1;"), nil)
	require.ErrorContains(t, err, "apt-get install valgrind")
}

func TestWhatFunctionsAreCalled(t *testing.T) {
	t.Parallel()
	require.Equal(t, domain.Profile{
		"malloc": 3, "(no name, in php)": 12, "(no name, in libc.so)": 16, "(no name, in no file)": 96, "(no name, in tool)": 128,
	}, byName(map[callgrind.Function]int64{
		{Object: "/lib/libc.so.6", Name: "malloc"}: 1, {Object: "/lib/ld.so.2", Name: "malloc"}: 2,
		{Object: "/usr/bin/php8.4", Name: "0x01"}: 4, {Object: "/opt/bin/php74", Name: "???"}: 8, {Object: "/lib/libc-2.31.so", Name: "0x02"}: 16,
		{Object: "???", Name: "0x03"}: 32, {Name: "0x04"}: 64, {Object: "/opt/tool", Name: "0x05"}: 128,
	}))
}
