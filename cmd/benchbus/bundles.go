package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundlehttp"
)

func (a *app) bundlesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bundles", Short: "Serve the files of projects that benchmarks include"}
	cmd.AddCommand(a.bundlesServeCommand())
	return cmd
}

// serveFlags are the flags of bundles serve.
type serveFlags struct {
	listen, dir, tokenFile string
	maxBytes               byteSize
	logFlags
}

func (a *app) bundlesServeCommand() *cobra.Command {
	f := serveFlags{maxBytes: 2 << 30}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve bundles over HTTP to those who dispatch and to workers",
		Long: `Serve bundles over HTTP: those who dispatch runs put them there, and workers
fetch them. The first signal lets transfers finish, the second one ends at once.

Whoever sends the token may read and write bundles. It comes from the file of
--token-file, or from BENCHBUS_BUNDLES_TOKEN. Without a token, the server listens
on this host alone. The token and the bundles are sent as they are: across networks
that others share, put a proxy with TLS in front.`,
		Example: "  BENCHBUS_BUNDLES_TOKEN=$(cat token) benchbus bundles serve --listen :8080 --dir /srv/bundles",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.serveBundles(&f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "address to listen on; :8080 is port 8080 for everybody")
	flags.StringVar(&f.dir, "dir", "", "folder that keeps the bundles, made if it is missing")
	flags.StringVar(&f.tokenFile, "token-file", "", "file that holds the token (default: what BENCHBUS_BUNDLES_TOKEN holds)")
	flags.Var(&f.maxBytes, "max-bytes", "largest bundle to take")
	f.logFlags.register(flags)
	return cmd
}

func (a *app) serveBundles(f *serveFlags) error {
	if f.dir == "" {
		return usagef("say where the bundles lie: --dir FOLDER, or BENCHBUS_DIR in the environment")
	}
	token, err := readBundlesToken("--token-file", f.tokenFile)
	if err != nil {
		return err
	}
	if err := (bundlehttp.Config{Token: token.value, TokenFrom: token.from}).Validate(); err != nil {
		return usage(err) // no client could send it
	}
	logger, closeLog, err := f.logFlags.open(a.stderr, "bundles")
	if err != nil {
		return err
	}
	defer closeLog()
	folder, err := bundle.NewFolder(f.dir)
	if err != nil {
		return unavailable(err)
	}
	listener, err := listenFor(f.listen, token)
	if err != nil {
		return err
	}
	logger.Info("serving bundles", "address", "http://"+listener.Addr().String(), "folder", f.dir, "token", token.value != "")
	handler := bundlehttp.Handler(folder, bundlehttp.HandlerConfig{Token: token.value, MaxBytes: int64(f.maxBytes), Logger: logger})
	if err := serveUntil(a.stop.drain, listener, handler, logger); err != nil {
		return unavailable(err)
	}
	logger.Info("no longer serving bundles", "reason", "a signal came")
	return nil
}

// listenFor opens the port. Without a token it refuses addresses that other hosts reach.
func listenFor(address string, token bundlesToken) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, usagef("--listen %s: %w", address, err)
	}
	if token.value == "" && !at.IP.IsLoopback() {
		return nil, usagef("--listen %s is open to other hosts: set a token, by %s, or listen on 127.0.0.1", address, token.from)
	}
	listener, err := net.ListenTCP("tcp", at)
	if err != nil {
		return nil, unavailable(fmt.Errorf("--listen %s: %w", address, err))
	}
	return listener, nil
}

// serveUntil serves until the context ends, and then lets requests finish. The handler ends
// those that stand still.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	err := server.Shutdown(context.WithoutCancel(ctx))
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
