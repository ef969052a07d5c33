-- +goose Up
CREATE TABLE runs (
    run             INTEGER PRIMARY KEY, -- stands for the id in other tables
    id              TEXT NOT NULL UNIQUE,
    state           TEXT NOT NULL,
    created_at      TEXT NOT NULL,       -- times are RFC 3339, UTC
    started_at      TEXT,
    finished_at     TEXT,
    planned         INTEGER NOT NULL,    -- iterations
    done            INTEGER NOT NULL DEFAULT 0,
    failed          INTEGER NOT NULL DEFAULT 0,
    duplicates      INTEGER NOT NULL DEFAULT 0,
    benchmarks_json TEXT NOT NULL,       -- slugs
    runtimes_json   TEXT NOT NULL,
    plan_json       TEXT NOT NULL        -- without its entries
);

-- A definition as it was run; equal ones are stored once.
CREATE TABLE definitions (
    definition      INTEGER PRIMARY KEY,
    snapshot_json   TEXT NOT NULL UNIQUE,
    slug            TEXT NOT NULL
);

CREATE TABLE entries (
    run             INTEGER NOT NULL REFERENCES runs,
    position        INTEGER NOT NULL,    -- from 0
    definition      INTEGER NOT NULL REFERENCES definitions,
    runtimes_json   TEXT NOT NULL,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

CREATE TABLE hosts (
    host            INTEGER PRIMARY KEY,
    fingerprint_json TEXT NOT NULL UNIQUE,
    host_key        TEXT NOT NULL,
    name            TEXT NOT NULL
);

CREATE TABLE iterations (
    run             INTEGER NOT NULL REFERENCES runs,
    iteration       INTEGER NOT NULL,    -- from 1
    benchmark       TEXT NOT NULL,       -- slug
    attempt         INTEGER NOT NULL,
    worker          TEXT NOT NULL,
    host            INTEGER NOT NULL REFERENCES hosts,
    load1           REAL NOT NULL,
    steal           REAL NOT NULL,       -- 0 to 1
    started_at      TEXT,
    took_ns         INTEGER NOT NULL,
    failed          INTEGER NOT NULL,    -- 0 or 1
    PRIMARY KEY (run, iteration)
) WITHOUT ROWID;

CREATE TABLE samples (
    run             INTEGER NOT NULL,
    iteration       INTEGER NOT NULL,
    number          INTEGER NOT NULL,    -- from 0, in the order in which they ran
    position        INTEGER NOT NULL,
    runtime         TEXT NOT NULL,
    revolutions     INTEGER NOT NULL,
    warmup          INTEGER NOT NULL,
    batch_ns        INTEGER NOT NULL,
    wall_ns         INTEGER NOT NULL,
    user_cpu_ns     INTEGER NOT NULL,
    system_cpu_ns   INTEGER NOT NULL,
    peak_memory_bytes INTEGER NOT NULL,
    runtime_peak_memory_bytes INTEGER NOT NULL,
    timer           TEXT NOT NULL,
    cpu             INTEGER,
    PRIMARY KEY (run, iteration, number),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) WITHOUT ROWID;

CREATE TABLE failures (
    run             INTEGER NOT NULL,
    iteration       INTEGER NOT NULL,
    class           TEXT NOT NULL,
    message         TEXT NOT NULL,
    output          TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    PRIMARY KEY (run, iteration),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) WITHOUT ROWID;
