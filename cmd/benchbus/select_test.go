package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// listed returns the slugs that list prints.
func (c *cli) listed(args ...string) (slugs []string) {
	c.Helper()
	code, stdout, stderr := c.run(append([]string{"list", "--format=json"}, args...)...)
	require.Zero(c, code, stderr)
	var all struct {
		Benchmarks []struct {
			Slug string `json:"slug"`
		} `json:"benchmarks"`
	}
	require.NoError(c, json.Unmarshal([]byte(stdout), &all))
	for _, b := range all.Benchmarks {
		slugs = append(slugs, b.Slug)
	}
	return slugs
}

func TestArgumentsAndFiltersChooseBenchmarks(t *testing.T) {
	c := newCLI(t)
	c.define("swift", "revolutions: 10\ngroup: pair\ntags: [brief]\ncode: $a = 1;")
	c.define("swifter", "revolutions: 10\ngroup: pair\ncode: $a = 2;")
	c.define("slower", "revolutions: 10\ncode: $a = 3;")
	t.Setenv("BENCHBUS_CATALOG", c.catalog)
	for _, one := range []struct {
		args []string
		want []string
	}{
		{[]string{"Swift"}, []string{"swift"}},
		{[]string{"slower", "--test=swift"}, []string{"slower", "swift"}},
		{[]string{"swift*"}, []string{"swift", "swifter"}},
		{[]string{"--test=slower,swifter"}, []string{"slower", "swifter"}},
		{[]string{"--test=Is an integer, by cast"}, []string{"is-integer-cast"}},
		{[]string{"--group=pair"}, []string{"swift", "swifter"}},
		{[]string{"--category=tests", "--tag=brief"}, []string{"swift"}},
		{[]string{"--category=tests", "--filter=WER"}, []string{"slower"}},
		{[]string{"--category=tests", "--filter=*er", "--group=pair"}, []string{"swifter"}},
	} {
		require.Equal(t, one.want, c.listed(one.args...), one.args)
	}
	code, stdout, stderr := c.run("run", "swift*", "--iterations=1", "--samples=1", "--php-version=php84", "--format=csv")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "swift,")
	require.Contains(t, stdout, "swifter,")
	require.NotContains(t, stdout, "slower")
}

func TestArgumentsGoBeforeTheEnvironment(t *testing.T) {
	c := newCLI(t)
	t.Setenv("BENCHBUS_TEST", "loop")
	t.Setenv("BENCHBUS_GROUP", "") // an empty variable counts as unset
	require.Equal(t, []string{"loop"}, c.listed())
	require.Equal(t, []string{"md5-hash"}, c.listed("md5-hash"))
	require.Equal(t, []string{"md5-hash"}, c.listed("--test=md5-hash"))
}
