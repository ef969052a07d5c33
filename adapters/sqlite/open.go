// Package sqlite keeps runs and results in a SQLite file, which several
// processes may use at once. docs/store.md describes its tables.
//
// The file is in write-ahead mode with synchronous=NORMAL: what was recorded
// survives a crash of the process. A power failure may take the last moments,
// but never harms what is older.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver

	"github.com/benchbus/benchbus/domain"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Config holds the optional settings of a [Store]; the zero value works.
type Config struct {
	// BusyTimeout is how long a write waits while another process writes.
	// Defaults to 10 s.
	BusyTimeout time.Duration
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.BusyTimeout == 0 {
		c.BusyTimeout = 10 * time.Second
	}
	return c
}

// Store is a [domain.Store] in a SQLite file.
type Store struct {
	path    string
	readers *sql.DB
	writer  *writer
}

var _ domain.Store = (*Store)(nil)

// DefaultPath is where the store is kept when nobody says otherwise:
// benchbus/benchbus.db in the user's data folder.
func DefaultPath() (string, error) {
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" || !filepath.IsAbs(data) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("there is no home folder to keep the store in; name a file with --store: %w", err)
		}
		switch runtime.GOOS {
		case "darwin":
			data = filepath.Join(home, "Library", "Application Support")
		case "windows":
			data = filepath.Join(home, "AppData", "Local")
		default:
			data = filepath.Join(home, ".local", "share")
		}
	}
	return filepath.Join(data, "benchbus", "benchbus.db"), nil
}

// Open opens the store, and makes the file and its folder where there are none.
// Its errors say what a person can do.
func Open(ctx context.Context, path string, cfg Config) (*Store, error) {
	cfg = cfg.WithDefaults()
	if path == "" {
		return nil, errors.New("the store needs the path of a file")
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("the store %s is a folder; name a file in it, such as %s", path, filepath.Join(path, "benchbus.db"))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the store %s cannot be made; name another file with --store: %w", path, err)
	}
	writing, err := connect(path, cfg, 1, "immediate")
	if err != nil {
		return nil, explain(path, err)
	}
	if err := migrate(ctx, writing); err != nil {
		writing.Close()
		return nil, explain(path, err)
	}
	readers, err := connect(path, cfg, 4, "deferred")
	if err != nil {
		writing.Close()
		return nil, explain(path, err)
	}
	w, err := newWriter(ctx, writing)
	if err != nil {
		return nil, errors.Join(explain(path, err), writing.Close(), readers.Close())
	}
	return &Store{path: path, readers: readers, writer: w}, nil
}

// connect opens the file. A transaction that is going to write must say so at
// its beginning (lock), or two of them would wait for each other.
func connect(path string, cfg Config, connections int, lock string) (*sql.DB, error) {
	pragmas := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", cfg.BusyTimeout.Milliseconds()),
		"journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
	}, "_txlock": {lock}}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := (&url.URL{Scheme: "file", Path: absolute, RawQuery: pragmas.Encode()}).String()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	return db, nil
}

// NewerError says that the store was written by a newer version of the program.
type NewerError struct{ Have, Know int64 }

func (e NewerError) Error() string {
	return fmt.Sprintf("it was written by a newer version of benchbus (its format is %d, this one knows %d); update benchbus, or name another file with --store", e.Have, e.Know)
}

// migrate brings the tables up to date. A store that is so already is left
// alone, which takes goose's own start out of every command.
func migrate(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	latest := int64(len(names)) // they are numbered from 1 without a gap
	have, err := version(ctx, db)
	switch {
	case err != nil:
		return err
	case have > latest:
		return NewerError{Have: have, Know: latest}
	case have == latest:
		return nil
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	if err != nil {
		// Another process may have done it meanwhile.
		if have, again := version(ctx, db); again == nil && have == latest {
			return nil
		}
	}
	return err
}

func version(ctx context.Context, db *sql.DB) (int64, error) {
	var have sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&have)
	if err != nil && strings.Contains(err.Error(), "no such table") {
		return 0, nil
	}
	return have.Int64, err
}

// Close closes the store; see [domain.Store].
func (s *Store) Close() error {
	return errors.Join(s.writer.close(), s.readers.Close())
}
