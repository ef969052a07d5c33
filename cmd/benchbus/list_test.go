package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// show prints the code of every benchmark unchanged.
func TestShowPrintsCodeAsItIs(t *testing.T) {
	c := newCLI(t)
	_, stdout, _ := c.run("list", "--format=json")
	var listed struct {
		Benchmarks []struct {
			Slug, Code, Setup, Teardown string
		} `json:"benchmarks"`
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &listed))
	require.NotEmpty(t, listed.Benchmarks)
	for _, b := range listed.Benchmarks {
		for _, format := range []string{"table", "markdown"} {
			code, stdout, stderr := c.run("show", b.Slug, "--format", format)
			require.Zero(t, code, stderr)
			for _, text := range []string{b.Code, b.Setup, b.Teardown} {
				require.Contains(t, stdout, "\n"+strings.TrimRight(text, "\n")+"\n", "%s as %s", b.Slug, format)
			}
		}
	}
	c.define("tabs", "code: \"if (true) {\\n\\t$a  =  1; // "+strings.Repeat("long ", 40)+"\\n}\"")
	_, stdout, _ = c.run("show", "tabs", "--catalog", c.catalog)
	require.Contains(t, stdout, "\ncode\nif (true) {\n\t$a  =  1; // "+strings.Repeat("long ", 40)+"\n}\n")
}

func TestARuntimeIsALine(t *testing.T) {
	c := newCLI(t)
	code, stdout, stderr := c.run("runtimes")
	require.Zero(t, code, stderr)
	require.Equal(t, 4, strings.Count(stdout, "\n"), stdout)
	require.NotContains(t, stdout, "EXTENSIONS")
	_, stdout, _ = c.run("runtimes", "--verbose")
	require.Contains(t, stdout, "EXTENSIONS")
	_, stdout, _ = c.run("runtimes", "--format=csv")
	require.Contains(t, stdout, "extensions")
}

func TestAReportShowsMoreAndInAnotherOrder(t *testing.T) {
	c := newCLI(t)
	c.define("zebra", "revolutions: 1\ncode: $a = 1;")
	c.define("ape", "revolutions: 1\ncode: usleep(1000);")
	code, stdout, stderr := c.run("run", "--test=ape", "--test=zebra", "--catalog", c.catalog, "--php-version=php84", "--iterations=2", "--sort=time")
	require.Zero(t, code, stderr)
	require.Less(t, strings.Index(stdout, "Zebra"), strings.Index(stdout, "Ape"), stdout)
	require.NotContains(t, stdout, "OUTLIERS")
	_, stdout, _ = c.run("report", "last", "--verbose", "--sort=name")
	require.Less(t, strings.Index(stdout, "Ape"), strings.Index(stdout, "Zebra"), stdout)
	require.Contains(t, stdout, "OUTLIERS")
	require.Contains(t, stdout, "Distribution of the samples")
	code, _, stderr = c.run("report", "last", "--sort=size")
	require.Equal(t, exitUsage, code)
	require.Contains(t, stderr, "choose one of plan, name, time")
}
