-- A store of format 3, as a program of that time wrote it: two benchmarks on two
-- runtimes, of which the second fails on the first runtime and therefore altogether.
PRAGMA application_id = 0x62627573;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE definitions (
    definition      INTEGER PRIMARY KEY,
    digest          TEXT NOT NULL UNIQUE, -- SHA-256 of the snapshot
    slug            TEXT NOT NULL,
    snapshot_json   TEXT NOT NULL
) STRICT;
INSERT INTO "definitions" VALUES(1,'e3998c0672b34cd5344a73e8c979b60949b8944749938a8a545104c07fd9e145','loop','{"slug":"loop","name":"Loop","category":"loops","description":"A for loop. The group sums the integers from 1 to 1000 by different loops.","group":"count-up","runtimes":["php56","php70","php71","php72","php73","php74","php80","php81","php82","php83","php84","php85"],"code":"$result = 0;\nfor ($i = 1; $i \u003c= 1000; ++$i) {\n    $result += $i;\n}\n"}');
INSERT INTO "definitions" VALUES(2,'4c4336afcea77a9b703be39a563a7dca479442c7b0e3956dfc101ab9020dcfb1','fails-on-74','{"slug":"fails-on-74","name":"Fails on 7.4","category":"tests","runtimes":["php74","php84"],"code":"$x = match(true) { true =\u003e 1 };"}');
CREATE TABLE entries (
    run             INTEGER NOT NULL REFERENCES runs,
    entry           INTEGER NOT NULL,    -- from 1
    definition      INTEGER NOT NULL REFERENCES definitions,
    runtimes_json   TEXT NOT NULL,       -- names
    PRIMARY KEY (run, entry)
) STRICT, WITHOUT ROWID;
INSERT INTO "entries" VALUES(1,1,1,'["php74","php84"]');
INSERT INTO "entries" VALUES(1,2,2,'["php74","php84"]');
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
INSERT INTO "failures" VALUES(1,2,'code_error','php74: in the compilation: Parse error: syntax error, unexpected ''=>'' (T_DOUBLE_ARROW) in code on line 1','Parse error: syntax error, unexpected ''=>'' (T_DOUBLE_ARROW) in code on line 1
',1);
INSERT INTO "failures" VALUES(1,4,'code_error','php74: in the compilation: Parse error: syntax error, unexpected ''=>'' (T_DOUBLE_ARROW) in code on line 1','Parse error: syntax error, unexpected ''=>'' (T_DOUBLE_ARROW) in code on line 1
',1);
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "goose_db_version" VALUES(1,0,1,'2026-11-26 02:42:22');
INSERT INTO "goose_db_version" VALUES(2,1,1,'2026-11-26 02:42:22');
INSERT INTO "goose_db_version" VALUES(3,2,1,'2026-11-26 02:42:22');
INSERT INTO "goose_db_version" VALUES(4,3,1,'2026-11-26 02:42:22');
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
INSERT INTO "hosts" VALUES(1,'ea16dbb6ca5865b6788009cf7e75a86ed985bcdba050028671a7b9899a3cadbe','3e791245c0a1','box','linux','amd64','6.1','CPU 3000',2,24,'hypervisor container');
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
INSERT INTO "iterations" VALUES(1,1,'loop',1,'box',1,9.03,8.62068965517241367346e-03,'2026-11-26T02:42:22.885437008Z',583525497,0);
INSERT INTO "iterations" VALUES(1,2,'fails-on-74',1,'box',1,0.0,0.0,'2026-11-26T02:42:23.051588975Z',0,1);
INSERT INTO "iterations" VALUES(1,3,'loop',1,'box',1,9.03,0.0,'2026-11-26T02:42:23.053247244Z',567204293,0);
INSERT INTO "iterations" VALUES(1,4,'fails-on-74',1,'box',1,0.0,0.0,'2026-11-26T02:42:23.542942467Z',0,1);
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
, updated_at TEXT) STRICT;
INSERT INTO "runs" VALUES(1,'20260102-030405-00000001','completed','2026-11-26T02:42:22.816556107Z','2026-11-26T02:42:22.879425044Z','2026-11-26T02:42:23.622007805Z',4,2,2,0,'["loop","fails-on-74"]','["php74","php84"]','{"entries":null,"iterations":2,"samples":2,"seed":7,"target_batch_ns":1000000,"sample_timeout_ns":60000000000,"iteration_timeout_ns":360000000000}','2026-11-26T02:42:23.622007805Z');
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
    cpu             INTEGER, notices_json TEXT,             -- NULL: not pinned
    PRIMARY KEY (run, iteration, sample),
    FOREIGN KEY (run, iteration) REFERENCES iterations
) STRICT, WITHOUT ROWID;
INSERT INTO "samples" VALUES(1,1,1,1,'php84',126,12,1329793,45358793,12525000,16700000,20717568,471000,'hrtime',0,NULL);
INSERT INTO "samples" VALUES(1,1,2,2,'php74',126,12,1207574,29832089,14879000,7439000,17649664,468504,'hrtime',0,NULL);
INSERT INTO "samples" VALUES(1,1,3,3,'php84',126,12,1026174,56603739,7955000,23866000,20705280,467928,'hrtime',0,NULL);
INSERT INTO "samples" VALUES(1,1,4,4,'php74',126,12,1301922,22853994,13988000,6994000,17604608,467992,'hrtime',0,NULL);
INSERT INTO "samples" VALUES(1,3,1,1,'php74',126,12,1207044,128831946,12918000,13243000,17637376,467992,'hrtime',1,NULL);
INSERT INTO "samples" VALUES(1,3,2,2,'php84',126,12,1463865,95010326,21632000,17306000,20717568,471000,'hrtime',1,NULL);
INSERT INTO "samples" VALUES(1,3,3,3,'php84',126,12,1270423,47583616,10262000,27366000,20471808,469464,'hrtime',1,NULL);
INSERT INTO "samples" VALUES(1,3,4,4,'php74',126,12,1243441,26491956,17813000,7125000,17604608,466584,'hrtime',1,NULL);
CREATE UNIQUE INDEX goose_db_version_once ON goose_db_version (version_id);
CREATE VIEW sample_values AS
SELECT runs.id AS run_id, iterations.benchmark, samples.runtime, samples.iteration, samples.sample,
       CAST(samples.batch_ns AS REAL) / samples.revolutions AS ns_per_revolution,
       iterations.worker, hosts.name AS host_name, iterations.started_at
FROM samples
JOIN iterations USING (run, iteration)
JOIN runs USING (run)
JOIN hosts USING (host);
COMMIT;
