package bundlehttp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"syscall"
	"time"
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
	switch {
	case err == nil:
		h.cfg.Logger.Info("bundle stored", "digest", d, "bytes", body.bytes, "from", r.RemoteAddr)
		answer(w, http.StatusCreated, "the bundle is stored")
	case errors.As(body.err, &tooLarge):
		h.tooLarge(w)
	case body.err != nil:
		h.cfg.Logger.Warn("a bundle was cut off on its way here", "digest", d, "from", r.RemoteAddr, "error", body.err)
		answer(w, http.StatusBadRequest, "the bundle was cut off on its way here: %v", body.err)
	case body.ended && hex.EncodeToString(body.sum.Sum(nil)) != d.Hex():
		h.cfg.Logger.Warn("a bundle that is not what its digest says", "digest", d, "from", r.RemoteAddr)
		answer(w, http.StatusUnprocessableEntity, "what was sent has the digest sha256:%x", body.sum.Sum(nil))
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
	sum     hash.Hash
	control *http.ResponseController
	timeout time.Duration
	bytes   int64
	ended   bool
	err     error
}

func (u *upload) Read(p []byte) (int, error) {
	_ = u.control.SetReadDeadline(time.Now().Add(u.timeout)) // fails only where the server has no connection
	n, err := u.from.Read(p)
	u.sum.Write(p[:n])
	u.bytes += int64(n)
	switch err {
	case nil:
	case io.EOF:
		u.ended = true
	default:
		u.err = err
	}
	return n, err
}

// isFull reports whether a disk or a quota is the reason.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
