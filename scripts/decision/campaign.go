package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// campaignBodies are the codes that are compared with themselves, in turn.
var campaignBodies = []string{
	"for ($k = 0, $a = 0; $k < 1000; ++$k) { $a = ($a * 31 + $k) % 65521; }",
	"$words = explode(' ', str_repeat('alpha beta gamma ', 50)); sort($words); $text = implode(' ', $words);",
	"$list = range(1, 500); $sum = array_sum(array_map(static function ($x) { return $x * 2; }, $list));",
	"$hash = hash('sha256', str_repeat('benchbus', 200)); $found = preg_match('/[0-9a-f]{64}/', $hash);",
}

// campaign compares code with itself through the command, as a default run does, and
// counts what must not be found, and the intervals that hold the truth.
func campaign(ctx context.Context, out io.Writer, condition string, core, comparisons int, binary string) error {
	dir, err := os.MkdirTemp("", "campaign-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for i := range comparisons {
		code := campaignBodies[i%len(campaignBodies)]
		if err := define(dir, i+1, code, code); err != nil {
			return err
		}
	}
	quiet, err := disturb(ctx, condition, core)
	if err != nil {
		return err
	}
	defer quiet()
	start := time.Now()
	report, err := measure(ctx, binary, dir)
	if err != nil {
		return err
	}
	counts, err := readCampaign(report)
	if err != nil {
		return err
	}
	if counts.comparisons != comparisons {
		return fmt.Errorf("%d comparisons were reported instead of %d", counts.comparisons, comparisons)
	}
	fmt.Fprintf(out, "%s, %s: %d comparisons of equal code in %v\n\n", condition, start.UTC().Format(time.DateOnly), comparisons, time.Since(start).Round(time.Second))
	fmt.Fprintf(out, "called slower or faster: %s\np below 0.05: %s\ninterval of the ratio holds 1: %s\n",
		withInterval(counts.different, comparisons), withInterval(counts.significant, comparisons), withInterval(counts.covered, comparisons))
	return nil
}

// define writes definitions of a group, with a member for each code.
func define(dir string, group int, codes ...string) error {
	catalog := filepath.Join(dir, "catalog")
	if err := os.MkdirAll(catalog, 0o755); err != nil {
		return err
	}
	for i, code := range codes {
		slug := memberSlug(group, i)
		definition := fmt.Sprintf("slug: %s\nname: Member %s\ncategory: campaign\ngroup: group-%d\nruntimes: [%s]\ncode: |\n  %s\n", slug, slug, group, onRuntime, code)
		if err := os.WriteFile(filepath.Join(catalog, slug+".yaml"), []byte(definition), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func memberSlug(group, i int) string { return fmt.Sprintf("group-%d-%d", group, i) }

// measure measures all that is defined, and returns the report in JSON.
func measure(ctx context.Context, binary, dir string, flags ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, binary, append([]string{"run", "--catalog=" + filepath.Join(dir, "catalog"), "--category=campaign", "--format=json",
		"--store=" + filepath.Join(dir, "store.db")}, flags...)...)
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

// campaignCounts are the comparisons of equal code, those that were called different,
// those whose p lies below 0.05, and those whose interval holds 1.
type campaignCounts struct{ comparisons, different, significant, covered int }

func readCampaign(report []byte) (n campaignCounts, err error) {
	var read struct {
		Cells []struct {
			AmongBenchmark *struct {
				IsBaseline bool    `json:"is_baseline"`
				Low        float64 `json:"ratio_ci_low"`
				High       float64 `json:"ratio_ci_high"`
				P          float64 `json:"p_value"`
				Verdict    string  `json:"verdict"`
			} `json:"among_benchmark"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(report, &read); err != nil {
		return n, err
	}
	for _, cell := range read.Cells {
		c := cell.AmongBenchmark
		if c == nil {
			return n, errors.New("a cell was not compared")
		}
		if c.IsBaseline {
			continue
		}
		n.comparisons++
		if c.Verdict == "regressed" || c.Verdict == "improved" {
			n.different++
		}
		if c.P < alpha {
			n.significant++
		}
		if c.Low <= 1 && 1 <= c.High {
			n.covered++
		}
	}
	return n, nil
}
