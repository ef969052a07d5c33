package bundlehttp

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// chunkSize is the number of bytes that are read or written at once, within one IdleTimeout.
const chunkSize = 64 << 10

// Handler serves the bundles; the package's comment has the requests. It sets deadlines of
// its own, so that the server needs no timeouts for reading and writing.
func Handler(bundles domain.Bundles, cfg HandlerConfig) http.Handler {
	h := &handler{bundles: bundles, cfg: cfg.WithDefaults()}
	mux := http.NewServeMux()
	mux.HandleFunc("HEAD /bundles/{digest}", h.head)
	mux.HandleFunc("GET /bundles/{digest}", h.get)
	mux.HandleFunc("PUT /bundles/{digest}", h.put)
	return h.authorized(mux)
}

type handler struct {
	bundles domain.Bundles
	cfg     HandlerConfig
}

// authorized refuses requests without the token, before it looks at anything else of them.
func (h *handler) authorized(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(h.cfg.Token)) // digests are equally long, whatever the token is
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(strings.TrimSpace(token)))
		if h.cfg.Token != "" && (!strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1) {
			h.cfg.Logger.Warn("a request without the right token", "from", r.RemoteAddr, "method", r.Method)
			w.Header().Set("WWW-Authenticate", "Bearer")
			answer(w, http.StatusUnauthorized, "the token is missing or wrong; send the server's as Authorization: Bearer TOKEN")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// answer sends a sentence.
func answer(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, format+"\n", args...)
}

// digest returns the digest in the request's path. If it is none, it answers so.
func digest(w http.ResponseWriter, r *http.Request) (domain.Digest, bool) {
	d := domain.Digest(r.PathValue("digest"))
	if !d.Valid() {
		answer(w, http.StatusBadRequest, "%.100q is not the digest of a bundle: it must be sha256: and 64 lower-case hexadecimal digits", d)
	}
	return d, d.Valid()
}

func (h *handler) head(w http.ResponseWriter, r *http.Request) {
	d, ok := digest(w, r)
	if !ok {
		return
	}
	switch has, err := h.bundles.Has(r.Context(), d); {
	case err != nil:
		h.failed(w, r, d, err)
	case !has:
		answer(w, http.StatusNotFound, "%v", domain.ErrNoBundle)
	}
}

func (h *handler) get(w http.ResponseWriter, r *http.Request) {
	d, ok := digest(w, r)
	if !ok {
		return
	}
	bundle, err := h.bundles.Open(r.Context(), d)
	if errors.Is(err, domain.ErrNoBundle) {
		answer(w, http.StatusNotFound, "%v", domain.ErrNoBundle)
		return
	}
	if err != nil {
		h.failed(w, r, d, err)
		return
	}
	defer bundle.Close()
	w.Header().Set("Content-Type", "application/gzip")
	if err := h.send(w, bundle); err != nil {
		if r.Context().Err() == nil {
			h.cfg.Logger.Warn("a bundle was not sent to its end", "digest", d, "to", r.RemoteAddr, "error", err)
		}
		panic(http.ErrAbortHandler) // cuts the line, so that the client does not take a part for the whole
	}
}

// send writes the bundle. Each part of it has IdleTimeout to go.
func (h *handler) send(w http.ResponseWriter, bundle io.Reader) error {
	control, buffer := http.NewResponseController(w), make([]byte, chunkSize)
	for {
		n, err := bundle.Read(buffer)
		_ = control.SetWriteDeadline(time.Now().Add(h.cfg.IdleTimeout)) // fails only where the server has no connection
		if _, err := w.Write(buffer[:n]); err != nil {
			return err
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// failed answers that the place of bundles has failed. What it says may name folders of the
// server, so only the log has it.
func (h *handler) failed(w http.ResponseWriter, r *http.Request, d domain.Digest, err error) {
	if r.Context().Err() != nil || errors.Is(err, context.Canceled) {
		panic(http.ErrAbortHandler) // nobody is there any more
	}
	h.cfg.Logger.Warn("the place of bundles has failed", "method", r.Method, "digest", d, "error", err)
	if isFull(err) {
		answer(w, http.StatusInsufficientStorage, "the server's disk is full")
		return
	}
	answer(w, http.StatusInternalServerError, "the server's place of bundles has failed; its log says why")
}
