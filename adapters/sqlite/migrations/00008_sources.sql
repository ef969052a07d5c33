-- Beside the content id of a source, what people call it, and its commit.
-- +goose Up
DROP VIEW sample_values;
ALTER TABLE variants ADD COLUMN source_name TEXT NOT NULL DEFAULT ''; -- such as main; empty: no source
ALTER TABLE variants ADD COLUMN revision    TEXT NOT NULL DEFAULT ''; -- commit id, with + for changes; empty: none

-- For people: each sample's values, under the names that they know.
CREATE VIEW sample_values AS
SELECT runs.id AS run_id, definitions.slug AS benchmark, variants.runtime, variants.settings_json, variants.source, variants.source_name, variants.revision,
       samples.iteration, samples.sample, CAST(samples.batch_ns AS REAL) / samples.revolutions AS wall_ns_per_revolution,
       CAST(nullif(samples.batch_cpu_ns, 0) AS REAL) / samples.revolutions AS cpu_ns_per_revolution,
       CAST(samples.instructions AS REAL) / nullif(samples.counted_revolutions, 0) AS instructions_per_revolution,
       iterations.worker, hosts.name AS host_name, iterations.started_at
FROM samples
JOIN iterations USING (run, iteration)
JOIN runs USING (run)
JOIN hosts USING (host)
JOIN variants ON variants.run = samples.run AND variants.variant = samples.variant
             AND variants.entry = (samples.iteration - 1) % runs.entries + 1
JOIN definitions USING (definition);

