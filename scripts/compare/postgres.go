package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"
)

func postgresCheck() error {
	if _, err := postgresPrograms(); err != nil {
		return err
	}
	_, err := postgresAccount()
	return err
}

// postgresPrograms returns the folder of the newest PostgreSQL. It looks for it in
// Debian's folders too, because Debian does not put servers on the PATH.
func postgresPrograms() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if program, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, program)
	}
	newest, version := "", -1
	for _, program := range folders {
		bin := filepath.Dir(program)
		// A PostgreSQL on the PATH has no version in its path, and so counts as the
		// oldest.
		if v, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))); v > version {
			newest, version = bin, v
		}
	}
	if newest == "" {
		return "", missingError("PostgreSQL is neither in /usr/lib/postgresql nor on the PATH, and river needs it: install the package postgresql, or leave river out with -only")
	}
	return newest, nil
}

// postgresAccount returns the account for PostgreSQL, which refuses to run as root. Nil
// means the account that runs this program.
func postgresAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, missingError("PostgreSQL refuses to run as root, and there is no user postgres: add one (useradd --system postgres), or run this as an ordinary user")
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// withPostgres calls f with a private PostgreSQL with default settings, and stops it
// when f returns. PostgreSQL listens on a socket in its own folder. Only its user and
// root may open that folder, so PostgreSQL can trust every connection.
func withPostgres(ctx context.Context, f func(*pgxpool.Pool) error) error {
	bin, err := postgresPrograms()
	if err != nil {
		return err
	}
	account, err := postgresAccount()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "compare-postgres-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			return err
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir // that user perhaps cannot open the current folder
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	data := filepath.Join(dir, "data")
	// Use the C locale, which is the same on every machine. initdb takes seconds, and
	// is not interrupted.
	initdb := command("initdb", "--pgdata="+data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
	detach(initdb)
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb failed (%w); it wrote:\n%s", err, output)
	}
	pool, err := pgxpool.New(ctx, "user=postgres dbname=postgres host="+dir)
	if err != nil {
		return err
	}
	defer pool.Close()
	postgres := command("postgres", "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories="+dir)
	server, err := startServer(ctx, postgres, syscall.SIGINT, pool.Ping) // SIGINT asks PostgreSQL for its fast shutdown
	if err != nil {
		return err
	}
	defer server.stop()
	return f(pool)
}
