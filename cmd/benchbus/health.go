package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/benchbus/benchbus/application"
)

// serveHealth answers two health checks over HTTP: /livez says that the process lives,
// and /readyz whether the worker takes iterations.
func serveHealth(address string, worker *application.Worker, logger *slog.Logger) (end func(), err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, usagef("--health-addr %s: %w", address, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !worker.Ready() {
			http.Error(w, "not ready: the broker took no heartbeat lately, this host cannot execute benchmarks, or the worker is stopping", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("health checks are no longer answered", "error", err)
		}
	}()
	logger.Info("answering health checks", "address", listener.Addr().String())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(ctx) // requests that are open after that get no answer
		<-done
	}, nil
}
