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

// postgresPrograms returns the folder of the newest PostgreSQL: Debian keeps its
// servers off the PATH.
func postgresPrograms() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if program, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, program)
	}
	newest, version := "", -1
	for _, program := range folders {
		bin := filepath.Dir(program)
		// One that is on the PATH has no number there, and counts as the oldest.
		if v, _ := strconv.Atoi(filepath.Base(filepath.Dir(bin))); v > version {
			newest, version = bin, v
		}
	}
	if newest == "" {
		return "", missingError("PostgreSQL is neither in /usr/lib/postgresql nor on the PATH, and river needs it: install the package postgresql, or leave river out with -only")
	}
	return newest, nil
}

// postgresAccount returns whom PostgreSQL runs as, since it refuses root; nil is
// whoever runs this program.
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

// withPostgres runs f with a private PostgreSQL that lives as long as f, with its
// default settings. It listens on a socket in its own folder, which only its user
// and root may enter: that is what allows it to trust whoever connects.
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
		cmd.Dir = dir // the current one may be closed to that user
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	data := filepath.Join(dir, "data")
	// The C locale is the same on every machine. It takes seconds: it may end by itself.
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
	server, err := startServer(ctx, postgres, syscall.SIGINT, pool.Ping) // which it calls a fast shutdown
	if err != nil {
		return err
	}
	defer server.stop()
	return f(pool)
}
