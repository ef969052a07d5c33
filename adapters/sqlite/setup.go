package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the driver
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a SQLite file as a store of benchbus. It spells "bbus".
const applicationID = 0x62627573

// connect returns a pool of connections to the file, with setting beside the common
// settings. It does not connect yet.
func connect(path string, cfg Config, setting string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// It is escaped, because a file's name may hold ? and %.
	name := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}
	name.RawQuery = fmt.Sprintf("%s&_busy_timeout=%d&_synchronous=NORMAL&_foreign_keys=1&_error_rc=1", setting, cfg.BusyTimeout.Milliseconds())
	return sql.Open("sqlite", name.String())
}

// setUp makes sure that the file is a store, is up to date, and can be written.
func setUp(ctx context.Context, db *sql.DB, patience time.Duration) error {
	if err := identify(ctx, db, patience); err != nil {
		return err
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	return tryWriting(ctx, db, patience)
}

// identify returns an error if the file is not a store. It turns an empty file into
// one.
func identify(ctx context.Context, db *sql.DB, patience time.Duration) error {
	var id, objects int
	var mode string
	if err := db.QueryRowContext(ctx, `SELECT application_id, (SELECT count(*) FROM sqlite_schema), journal_mode
		FROM pragma_application_id, pragma_journal_mode`).Scan(&id, &objects, &mode); err != nil {
		return err
	}
	fresh := id == 0 && objects == 0
	if !fresh && id != applicationID {
		return ErrNotStore
	}
	if mode != "wal" {
		if err := enterWAL(ctx, db, patience); err != nil {
			return err
		}
	}
	if fresh {
		_, err := db.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID))
		return err
	}
	return nil
}

// enterWAL changes the journal mode of the file for good. It tries again while another
// process has the file open, because SQLite does not wait by itself for this change.
func enterWAL(ctx context.Context, db *sql.DB, patience time.Duration) error {
	for end := time.Now().Add(patience); ; {
		_, err := db.ExecContext(ctx, `PRAGMA journal_mode = WAL`)
		if err == nil || !isBusy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// migrate brings the tables up to date. It leaves an up-to-date store alone, so that no
// command has to wait for goose to start.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	latest, err := latestVersion()
	if err != nil {
		return err
	}
	for before := -1; ; {
		have, err := version(ctx, db)
		if err != nil {
			return err
		}
		if have > latest {
			return newer(have, latest)
		}
		if have == latest {
			return nil
		}
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
		if err != nil {
			return err
		}
		// If the version moved on although the call failed, another process migrates at
		// the same time. Each migration is a transaction.
		if _, err := provider.Up(ctx); err != nil && have == before {
			return err
		}
		before = have
	}
}

// latestVersion returns the number of the last migration that this program knows. They
// are numbered from 1 without a gap.
func latestVersion() (int, error) {
	files, err := migrations.ReadDir("migrations")
	return len(files), err
}

func newer(have, latest int) error {
	return fmt.Errorf("%w (its format is %d, this version knows %d)", ErrNewer, have, latest)
}

// version returns the number of the last migration of the file, or 0 if there was none.
func version(ctx context.Context, db *sql.DB) (have int, err error) {
	var tables int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&have)
	return have, err
}

// tryWriting begins a write that changes nothing. So the user hears before a run begins
// that the store is read-only, and not when its first result comes. It does not wait
// for another process that is writing.
func tryWriting(ctx context.Context, db *sql.DB, patience time.Duration) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, statement := range []string{
		`PRAGMA busy_timeout = 0`,
		`DELETE FROM runs WHERE false`,
		fmt.Sprintf(`PRAGMA busy_timeout = %d`, patience.Milliseconds()),
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil && !isBusy(err) {
			return err
		}
	}
	return nil
}
