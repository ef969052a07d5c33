package callgrind

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// profile is a part with these lines and totals.
func profile(body, totals string) string {
	return "# callgrind format\nversion: 1\npart: 1\npositions: line\nevents: Ir\n\n" + body + "\ntotals: " + totals + "\n"
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want map[Function]int64
	}{
		"nothing was executed": {profile("", "0"), map[Function]int64{}},
		"names have numbers": {profile("ob=(1) /lib/a\nfn=(1) one\n0 5\nob=(2) /lib/b\nfn=(2) two\n0 3\nob=(1)\nfn=(1)\n0 2", "10"),
			map[Function]int64{{"/lib/a", "one"}: 7, {"/lib/b", "two"}: 3}},
		"names without numbers": {profile("ob=/lib/a\nfn=one two\n0 5", "5"), map[Function]int64{{"/lib/a", "one two"}: 5}},
		"an object numbers its names apart from functions": {profile("ob=(1) /lib/a\nfn=(2) f\n0 1\nfn=(1) g\n0 1", "2"),
			map[Function]int64{{"/lib/a", "f"}: 1, {"/lib/a", "g"}: 1}},
		"positions that are relative": {profile("fn=f\n16 1\n+3 2\n-2 3\n* 4\n0x1f 5", "15"), map[Function]int64{{"", "f"}: 15}},
		"what is called does not count": {profile("fn=(1) f\n0 5\ncob=(2) /b\ncfi=(3) b.c\ncfn=(4) g\ncalls=2 0\n0 1000\n0 1\nfn=(4)\n0 1000", "1006"),
			map[Function]int64{{"", "f"}: 6, {"", "g"}: 1000}},
		"a called function's name is for later": {profile("fn=(1) f\ncfn=(2) g\ncalls=1 0\n0 7\nfn=(2)\n0 7", "7"), map[Function]int64{{"", "g"}: 7}},
		"files of inlined code":                 {profile("fl=(1) a.c\nfn=f\n0 5\nfi=(2) b.c\n0 2\nfe=(1)\n0 1", "8"), map[Function]int64{{"", "f"}: 8}},
		"jumps":                                 {profile("fn=f\n0 5\njump=3 +2\n0\njcnd=1/2 +4\n* \n0 1", "6"), map[Function]int64{{"", "f"}: 6}},
		"recursion": {profile("fn=execute_ex\n0 5\nfn=execute_ex'2\n0 4\nfn='3\n0 1\nfn=a'b\n0 1", "11"),
			map[Function]int64{{"", "execute_ex"}: 9, {"", "'3"}: 1, {"", "a'b"}: 1}},
		"several positions and events": {"positions: instr line\nevents: Dr Ir Dw\nfn=f\n0x10 1 9 5 9\n+1 * 3 4\n+1 +1 3\n+1 +1\ntotals: 15 9 9\n",
			map[Function]int64{{"", "f"}: 9}},
		"several parts":               {profile("ob=(1) /a\nfn=(1) f\n0 5", "5") + profile("ob=(1)\nfn=(1)\n0 2", "2"), map[Function]int64{{"/a", "f"}: 7}},
		"line ends of another system": {strings.ReplaceAll(profile("fn=f\n0 5", "5"), "\n", "\r\n"), map[Function]int64{{"", "f"}: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(strings.NewReader(c.text))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestBadProfiles(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "its totals are missing: it was cut off",
		"hello":                              `line 1 of the profile: "hello" is not known`,
		"no=3":                               `"no" is not known`,
		"events: Dr":                         "it has no instructions (Ir)",
		"positions:":                         "it has no positions",
		"fn=f\n0 5":                          "line 2 of the profile: it has costs before it says of what",
		"totals: x":                          `"x" is not a number of instructions`,
		"totals:":                            "have no instructions",
		profile("0 5", "5"):                  "before it names a function",
		profile("fn=(3)", "0"):               "the name of the number (3) is missing",
		profile("fn=", "0"):                  "a name is missing",
		profile("fn=f\n0 5", "6"):            "the functions have 5 instructions, and the total is 6",
		profile("fn=f\n0 5 6", "5"):          "has 3 columns; 1 positions and up to 1 costs are expected",
		profile("fn=f\n0 -5", "5"):           `"-5" is not a number of instructions`,
		profile("fn=f\n++1 5", "5"):          `"++1" is not a position`,
		profile("fn=f\n+ 5", "5"):            `"+" is not a position`,
		profile("fn=f\n1_0x 5", "5"):         `"1_0x" is not a position`,
		profile("fn=f\ncalls=1 0", "0"):      "after a call its costs are missing",
		profile("fn=f\ncalls=1 0\nfn=g", ""): "after a call its costs are missing",
		profile("fn=f\n0 9223372036854775807\n0 1", "0"):                                          "more costs than it may",
		profile("fn=f\n0 9223372036854775808", "0"):                                               "is not a number",
		profile("fn=f\n0 5", "5") + "0 1\n":                                                       "more costs than it may",
		profile("fn=f\n0 9223372036854775807", "9223372036854775807") + profile("fn=f\n0 1", "1"): "more costs than it may",
		strings.TrimSuffix(profile("fn=f\n0 5", "5"), "totals: 5\n"):                              "it was cut off",
		strings.TrimSuffix(profile("fn=f\n0 5", "5"), "totals: 5\n") + "part: 2\n":                "it was cut off",
		"events: Ir\nfn=f\ncalls=1 0\n":                                                           "the end of the profile: after a call its costs are missing",
		strings.Repeat("x", maxLine+1):                                                            "read the profile",
	} {
		got, err := Parse(strings.NewReader(text))
		require.ErrorContains(t, err, want, "%.200q", text)
		require.Nil(t, got)
	}
}

// TestARealProfile reads what valgrind 3.19 wrote of /bin/true, of which lines were left
// out nowhere.
func TestARealProfile(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/true.callgrind")
	require.NoError(t, err)
	defer file.Close()
	got, err := Parse(file)
	require.NoError(t, err)
	names := map[string]bool{}
	for f, n := range got {
		names[f.Name] = true
		require.Positive(t, n)
	}
	require.Contains(t, names, "_dl_relocate_object")
}

// FuzzParse checks that no input makes Parse panic, and that what it accepts is positive.
func FuzzParse(f *testing.F) {
	f.Add(profile("ob=(1) /a\nfn=(1) f\n0 5\ncob=(2) /b\ncfn=(2) g\ncalls=1 +0\n* 3\nfn=(2)\n+1 3", "8"))
	f.Add("positions: instr line\nevents: Dr Ir\nfn=f'2\n0x10 * 1 5\njump=1 0 0\n0 0\npart: 2\n")
	f.Fuzz(func(t *testing.T, text string) {
		own, err := Parse(strings.NewReader(text))
		if err != nil {
			require.Nil(t, own)
			return
		}
		for f, n := range own {
			require.Positive(t, n)
			require.NotEmpty(t, f.Name)
		}
	})
}
