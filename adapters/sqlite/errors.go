package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/benchbus/benchbus/domain"
)

// These errors are the reasons why a store cannot be used; match them with errors.Is.
// Each completes a sentence that begins with the store's path.
var (
	ErrClosed   = errors.New("is closed; open it again")
	ErrFolder   = errors.New("is a folder; name a file in it")
	ErrMissing  = errors.New("does not exist; check its path, or make it with: benchbus run")
	ErrAccess   = errors.New("cannot be opened for writing; make the file and its folder writable, or name another file")
	ErrUnread   = errors.New("cannot be read; make the file readable, and the folder too, or name another file")
	ErrNotStore = errors.New("is not a store of benchbus; name another file")
	ErrNewer    = errors.New("was written by a newer version of benchbus; update benchbus, or name another file")
	ErrOlder    = errors.New("was written by an older version of benchbus, and cannot be brought up to date; make the file and its folder writable")
	ErrBusy     = errors.New("is being written by another process, which did not finish in time; try again when that one is done")
	ErrFull     = errors.New("is on a disk that is full; make room, and go on with: benchbus resume")
	ErrDisk     = errors.New("is on a disk that does not answer as it should; check its health and its free space, and go on with: benchbus resume")
	ErrDamaged  = errors.New("is damaged; move it away and restore a copy, or name another file")
)

var reasons = map[int]error{
	sqlite3.SQLITE_READONLY: ErrAccess,
	sqlite3.SQLITE_CANTOPEN: ErrAccess,
	sqlite3.SQLITE_PERM:     ErrAccess,
	sqlite3.SQLITE_NOTADB:   ErrNotStore,
	sqlite3.SQLITE_BUSY:     ErrBusy,
	sqlite3.SQLITE_LOCKED:   ErrBusy,
	sqlite3.SQLITE_FULL:     ErrFull,
	sqlite3.SQLITE_IOERR:    ErrDisk,
	sqlite3.SQLITE_CORRUPT:  ErrDamaged,
}

// explain turns an error into a sentence that says what to do. It returns the errors of
// the domain as they are.
func (s *Store) explain(ctx context.Context, err error) error {
	var known *sqlite.Error
	switch {
	case err == nil, errors.Is(err, domain.ErrRunNotFound), errors.Is(err, domain.ErrRunExists), errors.Is(err, domain.ErrRunActive):
		return err
	case ctx.Err() != nil:
		return fmt.Errorf("the store %s was not waited for: %w", s.path, ctx.Err())
	case s.closed.Load():
		return fmt.Errorf("the store %s %w", s.path, ErrClosed)
	case errors.Is(err, ErrNotStore), errors.Is(err, ErrNewer), errors.Is(err, ErrOlder):
		return fmt.Errorf("the store %s %w", s.path, err)
	case errors.As(err, &known) && reasons[known.Code()&0xff] != nil:
		return fmt.Errorf("the store %s %w (%v)", s.path, reasons[known.Code()&0xff], known)
	default:
		return fmt.Errorf("the store %s: %w", s.path, err)
	}
}

// isBusy reports whether the call failed because another process was writing.
func isBusy(err error) bool {
	var known *sqlite.Error
	return errors.As(err, &known) && reasons[known.Code()&0xff] == ErrBusy
}
