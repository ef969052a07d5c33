-- +goose Up

-- Two processes that bring the tables up to date at once must not both do so:
-- the second one fails here, and finds the work done.
CREATE UNIQUE INDEX goose_db_version_once ON goose_db_version (version_id);

CREATE TABLE runs (
    run             INTEGER PRIMARY KEY, -- stands for the id in the other tables
    id              TEXT NOT NULL UNIQUE,
    state           TEXT NOT NULL,
    created_at      TEXT,                -- times are RFC 3339 in UTC with nine decimals; NULL: has not come
    started_at      TEXT,
    finished_at     TEXT,
    planned         INTEGER NOT NULL,    -- iterations
    done            INTEGER NOT NULL DEFAULT 0, -- kept with every result, so that listing runs counts no rows
    failed          INTEGER NOT NULL DEFAULT 0,
    duplicates      INTEGER NOT NULL DEFAULT 0,
    benchmarks_json TEXT NOT NULL,       -- slugs
    runtimes_json   TEXT NOT NULL,       -- names
    plan_json       TEXT NOT NULL        -- the plan's settings, without its entries
) STRICT;

-- Definitions as they were run; equal ones are stored once.
CREATE TABLE definitions (
    definition      INTEGER PRIMARY KEY,
    digest          TEXT NOT NULL UNIQUE, -- SHA-256 of the snapshot
    slug            TEXT NOT NULL,
    snapshot_json   TEXT NOT NULL
) STRICT;

-- What a run executes, in the plan's order.
CREATE TABLE entries (
    run             INTEGER NOT NULL REFERENCES runs,
    entry           INTEGER NOT NULL,    -- from 1
    definition      INTEGER NOT NULL REFERENCES definitions,
    runtimes_json   TEXT NOT NULL,       -- names
    PRIMARY KEY (run, entry)
) STRICT, WITHOUT ROWID;

-- Fingerprints of machines; equal ones are stored once.
CREATE TABLE hosts (
    host            INTEGER PRIMARY KEY,
    digest          TEXT NOT NULL UNIQUE, -- SHA-256 of the other columns
    key             TEXT NOT NULL,        -- equal keys are comparable machines
    name            TEXT NOT NULL,
    os              TEXT NOT NULL,
    arch            TEXT NOT NULL,
    kernel          TEXT NOT NULL,
    cpu_model       TEXT NOT NULL,
    cores           INTEGER NOT NULL,
    memory_gib      INTEGER NOT NULL,
    virtualisation  TEXT NOT NULL
) STRICT;

-- One row for each iteration that has a result.
CREATE TABLE iterations (
    run             INTEGER NOT NULL REFERENCES runs,
    iteration       INTEGER NOT NULL,    -- from 1
    benchmark       TEXT NOT NULL,       -- slug
    attempt         INTEGER NOT NULL,    -- from 1
    worker          TEXT NOT NULL,
    host            INTEGER NOT NULL REFERENCES hosts,
    load1           REAL NOT NULL,       -- load average over one minute
    steal           REAL NOT NULL,       -- share of CPU time, 0 to 1
    started_at      TEXT,
    took_ns         INTEGER NOT NULL,
    failed          INTEGER NOT NULL,    -- 0 or 1
    PRIMARY KEY (run, iteration)
) STRICT, WITHOUT ROWID;

-- Raw values, a row for each process that was measured.
CREATE TABLE samples (
    run             INTEGER NOT NULL,
    iteration       INTEGER NOT NULL,
    sample          INTEGER NOT NULL,    -- from 1, in the order in which they ran
    position        INTEGER NOT NULL,    -- the same, as the worker told it
    runtime         TEXT NOT NULL,
    revolutions     INTEGER NOT NULL,
    warmup          INTEGER NOT NULL,    -- revolutions before the batch
    batch_ns        INTEGER NOT NULL,
    wall_ns         INTEGER NOT NULL,    -- 0: unknown
    user_cpu_ns     INTEGER NOT NULL,
    system_cpu_ns   INTEGER NOT NULL,
    peak_memory_bytes         INTEGER NOT NULL, -- 0: unknown
    runtime_peak_memory_bytes INTEGER NOT NULL, -- 0: unknown
    timer           TEXT NOT NULL,
    cpu             INTEGER,             -- NULL: not pinned
    PRIMARY KEY (run, iteration, sample),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) STRICT, WITHOUT ROWID;

-- Why an iteration has no samples.
CREATE TABLE failures (
    run             INTEGER NOT NULL,
    iteration       INTEGER NOT NULL,
    class           TEXT NOT NULL,
    message         TEXT NOT NULL,
    output          TEXT NOT NULL,       -- tail of what the code printed
    attempts        INTEGER NOT NULL,
    PRIMARY KEY (run, iteration),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) STRICT, WITHOUT ROWID;

-- For people: each sample's one value, under the names that they know.
CREATE VIEW sample_values AS
SELECT runs.id AS run_id, iterations.benchmark, samples.runtime, samples.iteration, samples.sample,
       CAST(samples.batch_ns AS REAL) / samples.revolutions AS ns_per_revolution,
       iterations.worker, hosts.name AS host_name, iterations.started_at
FROM samples
JOIN iterations USING (run, iteration)
JOIN runs USING (run)
JOIN hosts USING (host);
