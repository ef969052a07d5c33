// Command projects measures what comparing revisions of a project is worth, through the
// benchbus command as it is:
//
//	go run ./scripts/projects compare -project DIR -base REV -head REV -test NAME -runs 40 -iterations 60
//	go run ./scripts/projects discover -project DIR
//
// compare makes as many runs of one subject, and prints how often which verdict came and
// the median ratio. Two names of one commit tell how often equal code is called different.
// discover prints how long it takes to read the project's suite.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "projects:", err)
		stop()
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	benchbus, project, base, head, test, php, prepare string
	runs, iterations                                  int
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("say what to do: compare or discover")
	}
	var o options
	flags := flag.NewFlagSet("projects "+args[0], flag.ContinueOnError)
	flags.StringVar(&o.benchbus, "benchbus", "bin/benchbus", "the command")
	flags.StringVar(&o.project, "project", "", "folder of the project")
	flags.StringVar(&o.base, "base", "base", "the baseline")
	flags.StringVar(&o.head, "head", "main", "what is compared with it")
	flags.StringVar(&o.test, "test", "", "the subject")
	flags.StringVar(&o.php, "php-version", "84", "the runtime")
	flags.StringVar(&o.prepare, "prepare", "none", "how a revision is prepared")
	flags.IntVar(&o.runs, "runs", 40, "how many runs")
	flags.IntVar(&o.iterations, "iterations", 10, "iterations of each run")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "benchbus-projects-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	switch args[0] {
	case "compare":
		return compare(ctx, o, dir)
	case "discover":
		return discover(ctx, o)
	}
	return fmt.Errorf("%q is neither compare nor discover", args[0])
}

// judged is what a run says of the subject.
type judged struct {
	Verdict string  `json:"verdict"`
	Ratio   float64 `json:"ratio"`
	Low     float64 `json:"ratio_ci_low"`
	High    float64 `json:"ratio_ci_high"`
}

// compare makes the runs and prints what they said.
func compare(ctx context.Context, o options, dir string) error {
	said, within := map[string]int{}, 0
	var ratios []float64
	var took []time.Duration
	for n := range o.runs {
		started := time.Now()
		j, err := once(ctx, o, dir, n)
		if err != nil {
			return err
		}
		took, ratios = append(took, time.Since(started)), append(ratios, j.Ratio)
		said[j.Verdict]++
		if j.Low <= 1 && 1 <= j.High {
			within++
		}
	}
	slices.Sort(ratios)
	slices.Sort(took)
	fmt.Printf("%s against %s, %s on PHP %s: %d runs of %d iterations, %v each in the median\n",
		o.head, o.base, o.test, o.php, o.runs, o.iterations, took[len(took)/2].Round(100*time.Millisecond))
	for _, verdict := range []string{"regressed", "improved", "unchanged", "inconclusive"} {
		fmt.Printf("%-12s %d\n", verdict, said[verdict])
	}
	fmt.Printf("median ratio %.4f, from %.4f to %.4f; the interval has 1 in %d\n", ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], within)
	return nil
}

// once makes one run, with its own store and the bundles of all.
func once(ctx context.Context, o options, dir string, n int) (judged, error) {
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, o.benchbus, "run", o.test, "--project", o.project, "--rev", o.base, "--rev", o.head, "--php-version", o.php,
		"--prepare", o.prepare, "--iterations", strconv.Itoa(o.iterations), "--workers=1", "--format=json", "--bundles", filepath.Join(dir, "bundles"),
		"--source-cache", filepath.Join(dir, "sources"), "--store", filepath.Join(dir, strconv.Itoa(n)+".db"))
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		return judged{}, fmt.Errorf("%w: %s", err, &problems)
	}
	var report struct {
		Cells []struct {
			Among *struct {
				IsBaseline bool `json:"is_baseline"`
				judged
			} `json:"among_source"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		return judged{}, err
	}
	for _, c := range report.Cells {
		if c.Among != nil && !c.Among.IsBaseline {
			return c.Among.judged, nil
		}
	}
	return judged{}, fmt.Errorf("the report has no comparison of sources: %s", &problems)
}

// discover prints how long it takes to read the suite, the fastest and the median of ten.
func discover(ctx context.Context, o options) error {
	var took []time.Duration
	for range 10 {
		started := time.Now()
		cmd := exec.CommandContext(ctx, o.benchbus, "list", "--project", o.project, "--php-version", o.php)
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	fmt.Printf("%s: the suite is read in %v at best, %v in the median of %d\n", o.project, took[0].Round(time.Millisecond), took[len(took)/2].Round(time.Millisecond), len(took))
	return nil
}
