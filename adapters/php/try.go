package php

import (
	"context"
	"errors"
	"slices"

	"github.com/benchbus/benchbus/domain"
)

// try is an iteration that is being executed.
type try struct {
	*Executor
	it     domain.Iteration
	orders []order // by variant
	failed []error // by variant; nil if it has not failed
	// counter counts instructions, if the iteration asks for them.
	counter counter
	// calibrated has a calibration for each benchmark without revolutions of its own.
	calibrated []calibrated
	// leaving gives back the folders of the variants.
	leaving []func()
}

// prepare finds the runtimes and the sources, and writes the script of each benchmark
// once. leave must follow.
func (e *Executor) prepare(ctx context.Context, it domain.Iteration) (t *try, err error) {
	t = &try{Executor: e, it: it, failed: make([]error, len(it.Variants))}
	if it.CountInstructions {
		if t.counter, err = e.counter(ctx); err != nil {
			return t, err
		}
	}
	scripts := map[*domain.Benchmark]*script{}
	for i, v := range it.Variants {
		r, err := e.Lookup(v.Runtime)
		if err != nil {
			return t, err
		}
		if scripts[v.Benchmark] == nil {
			scripts[v.Benchmark], err = newScript(v.Benchmark)
		}
		var set settings
		var in project
		if err == nil {
			in, err = t.settle(ctx, v)
		}
		if err == nil {
			set, err = e.cfg.resolveSettings(v.Settings, r)
		}
		if err != nil {
			if err := t.fail(ctx, i, err); err != nil {
				return t, err
			}
		}
		t.orders = append(t.orders, order{
			variant: i, runtime: r, asked: v.Settings, settings: set, script: scripts[v.Benchmark], benchmark: v.Benchmark.Slug, project: in, env: v.Benchmark.Env, cpu: it.CPU, timeout: it.SampleTimeout,
		})
	}
	return t, nil
}

// fail records the failure of a variant. If the error concerns the whole iteration, as
// those of the context and of the host do, it returns an error.
func (t *try) fail(ctx context.Context, variant int, err error) error {
	var known *domain.ExecutionError
	if !errors.As(err, &known) {
		return err
	}
	if known.Class.OfHost() {
		if len(t.orders) <= variant || !t.startsWithout(ctx, t.orders[variant]) {
			return err
		}
		err = domain.Fail(domain.ClassSetting, "%w; without these settings it starts", err)
	}
	t.failed[variant] = err
	return nil
}

// startsWithout reports whether PHP starts without settings. If it does, the settings
// and not the host are the reason why it did not start.
func (t *try) startsWithout(ctx context.Context, o order) bool {
	if len(o.asked) == 0 {
		return false
	}
	_, err := t.run(ctx, order{runtime: o.runtime, script: o.script, benchmark: o.benchmark, project: o.project, env: o.env, cpu: o.cpu, timeout: o.timeout, revolutions: 1})
	return err == nil || !domain.FailureOf(err, 1).Class.OfHost()
}

// measure takes the samples. If all variants failed, it returns the error of one of
// them, preferably a transient one.
func (t *try) measure(ctx context.Context) (m domain.Measurement, err error) {
	m.Environments = make([]domain.Environment, len(t.it.Variants))
	for i, variant := range t.it.Order() {
		if t.failed[variant] != nil {
			continue
		}
		o := t.orders[variant]
		o.padding = padding(t.it.Seed, i+1)
		sample, err := t.run(ctx, o)
		if err != nil {
			if err := t.fail(ctx, variant, err); err != nil {
				return domain.Measurement{}, err
			}
			continue
		}
		sample.Position = i + 1
		m.Samples, m.Environments[variant] = append(m.Samples, sample.Sample), sample.environment
	}
	if t.counter != "" {
		if err := t.count(ctx, &m); err != nil {
			return domain.Measurement{}, err
		}
	}
	if err := t.once(ctx, "after the iteration", func(b *domain.Benchmark) string { return b.AfterIteration }); err != nil {
		return domain.Measurement{}, err
	}
	m.Samples = slices.DeleteFunc(m.Samples, func(s domain.Sample) bool { return t.failed[s.Variant] != nil })
	for variant, err := range t.failed {
		if err != nil {
			m.Failures = append(m.Failures, domain.VariantFailure{Variant: variant, Failure: domain.FailureOf(err, 1)})
		}
	}
	if len(m.Failures) == len(t.failed) {
		worst := slices.IndexFunc(m.Failures, func(f domain.VariantFailure) bool { return f.Class.Transient() })
		return domain.Measurement{}, t.failed[max(worst, 0)]
	}
	return m, m.Check(t.it)
}
