package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/hibiken/asynq"
)

func redisCheck() error {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return missingError("redis-server is not on the PATH, and asynq needs it: install the package redis-server, or leave asynq out with -only")
	}
	return nil
}

// withRedis calls f with a private Redis, and stops it when f returns. Redis writes its
// log with the given appendfsync.
func withRedis(ctx context.Context, fsync string, f func(asynq.RedisClientOpt) error) error {
	dir, err := os.MkdirTemp("", "compare-redis-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	address, err := freeAddress()
	if err != nil {
		return err
	}
	// The password keeps out other users of the machine, and proves that the server
	// that answers is this one.
	client := asynq.RedisClientOpt{Addr: address.String(), Password: rand.Text()}
	cmd := exec.Command("redis-server", "-")
	// Turn off snapshots: the log alone makes Redis durable, and they would cost time.
	cmd.Stdin = strings.NewReader(fmt.Sprintf("bind 127.0.0.1\nport %d\nrequirepass %s\ndir %s\nappendonly yes\nappendfsync %s\nsave \"\"\n",
		address.Port, client.Password, dir, fsync))
	server, err := startServer(ctx, cmd, syscall.SIGTERM, func(context.Context) error {
		c := asynq.NewClient(client)
		defer c.Close()
		return c.Ping()
	})
	if err != nil {
		return err
	}
	defer server.stop()
	return f(client)
}

// freeAddress returns a free address on the loopback interface.
func freeAddress() (*net.TCPAddr, error) {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr), nil
}
