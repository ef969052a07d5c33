package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAClassIsChosenByItsName(t *testing.T) {
	l := newLibrary(t)
	l.prepare()
	list := func(args ...string) (slugs, stderr string) {
		code, stdout, stderr := l.run(append([]string{"list", "--project", ".", "--format=csv"}, args...)...)
		if code != exitOK {
			require.Equal(t, exitUsage, code)
			return "", stderr
		}
		var all []string
		for _, line := range strings.Split(strings.TrimSpace(stdout), "\n")[1:] {
			all = append(all, strings.Split(line, ",")[0])
		}
		return strings.Join(all, " "), stderr
	}
	for name, want := range map[string]string{
		"WordsBench":                     "words.count-a-file words.count.long-text words.count.short words.split",
		"wordsbench":                     "words.count-a-file words.count.long-text words.count.short words.split",
		"WordsBench::benchCount":         "words.count.long-text words.count.short",
		"benchSplit,SignatureBench":      "words.split signature.key signature.sign.strong-hundred signature.sign.strong-none signature.sign.weak-hundred signature.sign.weak-none signature.sum",
		"WordsBench::benchCount (short)": "words.count.short",
		"empty-text":                     "empty-text",
	} {
		got, stderr := list(name)
		require.Equal(t, want, got, name+stderr)
	}
	_, stderr := list("WrdsBench")
	require.Contains(t, stderr, "did you mean WordsBench?")
	_, stderr = list("Sorting")
	require.Contains(t, stderr, `the project has no benchmark "Sorting"; it has SignatureBench, WordsBench, empty-text`)
}

func TestAGroupIsChosenByItsName(t *testing.T) {
	l := newLibrary(t)
	l.write("benchmarks/GroupedBench.php", "<?php\n/** @Groups({\"fast\", \"small\"}) */\nclass GroupedBench { public function benchA() {} }\n")
	l.prepare()
	for _, groups := range []string{"fast", "FAST", "small", "fast,small"} {
		code, stdout, stderr := l.run("list", "--project", ".", "--group", groups)
		require.Equal(t, exitOK, code, stderr)
		require.Contains(t, stdout, "grouped.a")
		require.Contains(t, stdout, "fast small")
		require.NotContains(t, stdout, "words")
	}
	code, _, stderr := l.run("list", "--project", ".", "--group", "fats")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "did you mean fast?")
}
