package bundlehttp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/benchbus/benchbus/domain"
)

func (h *handler) put(w http.ResponseWriter, r *http.Request) {
	d, ok := digest(w, r)
	if !ok {
		return
	}
	switch has, err := h.bundles.Has(r.Context(), d); {
	case err != nil:
		h.failed(w, r, d, err)
		return
	case has:
		answer(w, http.StatusOK, "the bundle is there already")
		return
	case r.ContentLength > h.cfg.MaxBytes:
		h.tooLarge(w)
		return
	}
	body := &upload{
		from: http.MaxBytesReader(w, r.Body, h.cfg.MaxBytes), sum: sha256.New(),
		control: http.NewResponseController(w), timeout: h.cfg.IdleTimeout,
	}
	err := h.bundles.Put(r.Context(), d, body)
	var tooLarge *http.MaxBytesError
	got, bytes, fault := body.end()
	switch {
	case err == nil:
		h.cfg.Logger.Info("bundle stored", "digest", d, "bytes", bytes, "from", r.RemoteAddr)
		answer(w, http.StatusCreated, "the bundle is stored")
	case errors.As(fault, &tooLarge):
		h.tooLarge(w)
	case fault != nil:
		h.cfg.Logger.Warn("a bundle was cut off on its way here", "digest", d, "from", r.RemoteAddr, "error", fault)
		answer(w, http.StatusBadRequest, "the bundle was cut off on its way here: %v", fault)
	case got != "" && got != d:
		h.cfg.Logger.Warn("a bundle that is not what its digest says", "digest", d, "from", r.RemoteAddr)
		answer(w, http.StatusUnprocessableEntity, "what was sent has the digest %s", got)
	default:
		h.failed(w, r, d, err)
	}
}

func (h *handler) tooLarge(w http.ResponseWriter) {
	answer(w, http.StatusRequestEntityTooLarge, "a bundle here may have at most %d bytes", h.cfg.MaxBytes)
}

// upload is the body of a request. It remembers how reading it went, in order to tell the
// faults of clients from those of the place.
type upload struct {
	from    io.Reader
	control *http.ResponseController
	timeout time.Duration
	sum     hash.Hash // used by reads alone

	mu    sync.Mutex
	over  bool // set when the handler has its answer; the place may still be reading
	bytes int64
	got   domain.Digest // of all bytes, once the end has been read
	err   error
}

func (u *upload) Read(p []byte) (int, error) {
	if err := u.begin(); err != nil {
		return 0, err
	}
	n, err := u.from.Read(p)
	u.sum.Write(p[:n])
	u.mu.Lock()
	defer u.mu.Unlock()
	u.bytes += int64(n)
	switch err {
	case nil:
	case io.EOF:
		u.got = domain.Digest("sha256:" + hex.EncodeToString(u.sum.Sum(nil)))
	default:
		u.err = err
	}
	return n, err
}

// begin gives the client the time for one read. Once the handler is over, the connection
// belongs to the next request.
func (u *upload) begin() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.over {
		return http.ErrBodyReadAfterClose
	}
	_ = u.control.SetReadDeadline(time.Now().Add(u.timeout)) // fails only where the server has no connection
	return nil
}

// end ends reading. It returns the digest if all has been read, the number of bytes, and the
// error if reading failed.
func (u *upload) end() (domain.Digest, int64, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	return u.got, u.bytes, u.err
}

// isFull reports whether a disk or a quota is the reason.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
