-- What an iteration compares are variants: until now, the runtimes of one benchmark.
-- +goose Up
DROP VIEW sample_values;

-- What a run executes: the variants of each entry, in the plan's order.
CREATE TABLE variants (
    run             INTEGER NOT NULL REFERENCES runs,
    entry           INTEGER NOT NULL,    -- from 1
    variant         INTEGER NOT NULL,    -- index within the entry, from 0
    definition      INTEGER NOT NULL REFERENCES definitions,
    runtime         TEXT NOT NULL,
    settings_json   TEXT NOT NULL,       -- an object of texts
    source          TEXT NOT NULL,       -- content id of the project; empty: none
    PRIMARY KEY (run, entry, variant)
) STRICT, WITHOUT ROWID;
INSERT INTO variants (run, entry, variant, definition, runtime, settings_json, source)
SELECT run, entry, json_each.key, definition, json_each.value, '{}', '' FROM entries, json_each(entries.runtimes_json);
DROP TABLE entries;

-- Iteration n is of entry (n - 1) % entries + 1.
ALTER TABLE runs ADD COLUMN entries INTEGER NOT NULL DEFAULT 1;
UPDATE runs SET entries = coalesce((SELECT max(entry) FROM variants WHERE variants.run = runs.run), 1);

ALTER TABLE iterations RENAME COLUMN benchmark TO entry_name;

-- A sample of a runtime that its run does not have gets an index that no variant has.
ALTER TABLE samples ADD COLUMN variant INTEGER NOT NULL DEFAULT 0;
UPDATE samples SET variant = coalesce((
    SELECT variants.variant FROM variants JOIN runs USING (run)
    WHERE variants.run = samples.run AND variants.entry = (samples.iteration - 1) % runs.entries + 1 AND variants.runtime = samples.runtime), 23);
ALTER TABLE samples DROP COLUMN runtime;

-- Why a variant has no samples although others of its iteration have.
CREATE TABLE variant_failures (
    run             INTEGER NOT NULL,
    iteration       INTEGER NOT NULL,
    variant         INTEGER NOT NULL,
    class           TEXT NOT NULL,
    message         TEXT NOT NULL,
    output          TEXT NOT NULL,       -- tail of what the code printed
    attempts        INTEGER NOT NULL,
    PRIMARY KEY (run, iteration, variant),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) STRICT, WITHOUT ROWID;

-- For people: each sample's one value, under the names that they know.
CREATE VIEW sample_values AS
SELECT runs.id AS run_id, definitions.slug AS benchmark, variants.runtime, variants.settings_json, variants.source,
       samples.iteration, samples.sample, CAST(samples.batch_ns AS REAL) / samples.revolutions AS ns_per_revolution,
       iterations.worker, hosts.name AS host_name, iterations.started_at
FROM samples
JOIN iterations USING (run, iteration)
JOIN runs USING (run)
JOIN hosts USING (host)
JOIN variants ON variants.run = samples.run AND variants.variant = samples.variant
             AND variants.entry = (samples.iteration - 1) % runs.entries + 1
JOIN definitions USING (definition);

-- What the variants of an iteration were executed in, by index; equal ones are stored once.
CREATE TABLE environments (
    environments    INTEGER PRIMARY KEY,
    digest          TEXT NOT NULL UNIQUE, -- SHA-256 of the JSON
    environments_json TEXT NOT NULL       -- a list of objects of texts
) STRICT;
ALTER TABLE iterations ADD COLUMN environments INTEGER REFERENCES environments; -- NULL: unknown
