package main

import (
	"time"

	"github.com/benchbus/benchbus/domain"
)

// printedBenchmark is the JSON of a definition.
type printedBenchmark struct {
	Slug            string               `json:"slug"`
	Name            string               `json:"name"`
	Category        string               `json:"category"`
	Description     string               `json:"description,omitempty"`
	Icon            string               `json:"icon,omitempty"`
	Tags            []string             `json:"tags,omitempty"`
	Group           string               `json:"group,omitempty"`
	Runtimes        []domain.RuntimeName `json:"runtimes"`
	Bootstrap       string               `json:"bootstrap,omitempty"`
	BeforeIteration string               `json:"before_iteration,omitempty"`
	AfterIteration  string               `json:"after_iteration,omitempty"`
	Setup           string               `json:"setup,omitempty"`
	Code            string               `json:"code"`
	Teardown        string               `json:"teardown,omitempty"`
	Settings        map[string]string    `json:"settings,omitempty"`
	Env             map[string]string    `json:"env,omitempty"`
	Warmup          *int                 `json:"warmup,omitempty"`
	Revolutions     int                  `json:"revolutions,omitempty"`
	Clock           domain.Clock         `json:"clock,omitempty"`
	Margin          float64              `json:"margin,omitempty"`
	Floor           time.Duration        `json:"floor_ns,omitempty"`
}

func printBenchmark(b *domain.Benchmark) printedBenchmark { return printedBenchmark(*b) }

// printedRuntime is the JSON of a runtime that was found on this machine.
type printedRuntime struct {
	Name       domain.RuntimeName `json:"name"`
	Version    string             `json:"version"`
	Command    []string           `json:"command,omitempty"`
	IniMode    string             `json:"ini_mode,omitempty"`
	Extensions []string           `json:"extensions,omitempty"`
}

func printRuntime(r domain.Runtime) printedRuntime { return printedRuntime(r) }
