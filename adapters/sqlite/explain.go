package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain turns SQLite's error into a sentence that says what to do.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	var newer NewerError
	if errors.As(err, &newer) {
		return fmt.Errorf("the store %s cannot be used: %w", path, err)
	}
	var known *sqlite.Error
	if !errors.As(err, &known) {
		return fmt.Errorf("the store %s: %w", path, err)
	}
	advice := map[int]string{
		sqlite3.SQLITE_NOTADB:   "it is not a store of benchbus; name another file with --store",
		sqlite3.SQLITE_CORRUPT:  "it is damaged; move it away, or name another file with --store",
		sqlite3.SQLITE_READONLY: "it cannot be written; make the file and its folder writable, or name another file with --store",
		sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check the rights of the file and its folder, or name another file with --store",
		sqlite3.SQLITE_PERM:     "it cannot be opened; check the rights of the file and its folder, or name another file with --store",
		sqlite3.SQLITE_FULL:     "the disk is full; make room, then go on with: benchbus resume",
		sqlite3.SQLITE_IOERR:    "the disk does not answer as it should; check it, then go on with: benchbus resume",
		sqlite3.SQLITE_BUSY:     "another process has been writing to it for too long; try again when that one is done",
		sqlite3.SQLITE_LOCKED:   "another process has been writing to it for too long; try again when that one is done",
	}[known.Code()&0xff]
	if advice == "" {
		return fmt.Errorf("the store %s: %w", path, err)
	}
	return fmt.Errorf("the store %s cannot be used: %s (%w)", path, advice, err)
}
