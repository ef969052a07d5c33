package main

import "github.com/benchbus/benchbus/domain"

// printedProfiles is what profile prints. All instructions are for one revolution.
type printedProfiles struct {
	Schema   string           `json:"schema"`
	Profiles []printedProfile `json:"profiles"`
}

// printedProfile is a variant against the baseline; without one, it is a variant alone.
type printedProfile struct {
	Entry                string          `json:"entry"`
	Baseline             *printedVariant `json:"baseline"`
	Other                printedVariant  `json:"other"`
	BaselineInstructions *float64        `json:"baseline_instructions"`
	OtherInstructions    *float64        `json:"other_instructions"`
	// Functions are those that are shown, Differing is how many differ, and Share is
	// which share of all differences is shown.
	Functions []printedFunction `json:"functions"`
	Differing int               `json:"differing"`
	Share     *float64          `json:"share"`
}

type printedVariant struct {
	Benchmark string             `json:"benchmark"`
	Runtime   domain.RuntimeName `json:"runtime"`
	Settings  map[string]string  `json:"settings,omitempty"`
}

type printedFunction struct {
	Function   string   `json:"function"`
	Baseline   *float64 `json:"baseline"`
	Other      *float64 `json:"other"`
	Difference *float64 `json:"difference"`
}

func printProfiles(all []profiledEntry, top int) printedProfiles {
	p := printedProfiles{Schema: "benchbus.profile.v1", Profiles: []printedProfile{}}
	for _, e := range all {
		for _, d := range e.differences {
			one := printedProfile{Entry: e.Name(), Other: printVariant(e.Variants[d.Other]), OtherInstructions: known(d.OtherTotal),
				Functions: []printedFunction{}, Differing: len(d.Functions), Share: known(d.Share(largest(d, top)))}
			if d.Baseline >= 0 {
				one.Baseline, one.BaselineInstructions = new(printVariant(e.Variants[d.Baseline])), known(d.BaselineTotal)
			}
			for _, f := range largest(d, top) {
				printed := printedFunction{Function: f.Function, Other: known(f.Other), Difference: known(f.Difference())}
				if d.Baseline >= 0 {
					printed.Baseline = known(f.Baseline)
				}
				one.Functions = append(one.Functions, printed)
			}
			p.Profiles = append(p.Profiles, one)
		}
	}
	return p
}

func printVariant(v domain.Variant) printedVariant {
	p := printedVariant{Benchmark: v.Benchmark.Slug, Runtime: v.Runtime}
	for _, s := range v.Settings {
		if p.Settings == nil {
			p.Settings = map[string]string{}
		}
		p.Settings[s.Name] = s.Value
	}
	return p
}
