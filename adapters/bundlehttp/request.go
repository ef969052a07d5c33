package bundlehttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// errIdle ends requests to a server that does nothing.
var errIdle = errors.New("it has sent and taken nothing")

// exchange is a request and its answer. The request ends when the server has done nothing
// for the timeout. The time in which this side does nothing does not count.
type exchange struct {
	*http.Response
	ctx     context.Context // of the caller
	request context.Context // of the request
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	client  *Client
}

// do sends a request. Whoever calls it closes the answer.
func (c *Client) do(ctx context.Context, method string, d domain.Digest, body *sending) (*exchange, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if !d.Valid() {
		return nil, fmt.Errorf("%.100q is not the digest of a bundle: it must be sha256: and 64 hexadecimal digits", d)
	}
	e := &exchange{ctx: ctx, client: c}
	e.request, e.cancel = context.WithCancelCause(ctx)
	e.timer = time.AfterFunc(c.cfg.IdleTimeout, func() { e.cancel(errIdle) })
	var content io.Reader // a nil *sending would not be a nil io.Reader
	if body != nil {
		body.idle = e
		content = body
		context.AfterFunc(e.request, func() { _ = body.Close() }) // its reads must end too
	}
	request, err := http.NewRequestWithContext(e.request, method, c.base.JoinPath("bundles", string(d)).String(), content)
	if err != nil {
		e.end()
		return nil, err
	}
	request.Header.Set("Accept-Encoding", "identity") // the bytes count, and they are compressed already
	if c.cfg.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.cfg.Token)
	}
	if e.Response, err = c.cfg.HTTPClient.Do(request); err != nil {
		defer e.end()
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // without the address, which stands in the sentence already
		}
		return nil, e.explain("cannot be reached", err)
	}
	e.pause()
	return e, nil
}

// Read reads from the answer.
func (e *exchange) Read(p []byte) (int, error) {
	if e.ctx.Err() != nil {
		return 0, context.Cause(e.ctx)
	}
	e.resume()
	n, err := e.Body.Read(p)
	e.pause()
	if err != nil && err != io.EOF {
		err = e.explain("has cut the line", err)
	}
	return n, err
}

// Close ends the request.
func (e *exchange) Close() error {
	e.end()
	return e.Body.Close()
}

func (e *exchange) close() { _ = e.Close() }

func (e *exchange) end() {
	e.timer.Stop()
	e.cancel(nil)
}

// pause stops the clock while this side is busy; resume starts it from the beginning.
func (e *exchange) pause()  { e.timer.Stop() }
func (e *exchange) resume() { e.timer.Reset(e.client.cfg.IdleTimeout) }

// explain says who ended the request: the caller, the clock, or the server, which did what.
func (e *exchange) explain(what string, err error) error {
	switch {
	case e.ctx.Err() != nil:
		return context.Cause(e.ctx)
	case context.Cause(e.request) == errIdle:
		return fmt.Errorf("the server of bundles at %s does not answer: %w for %v", e.client.base, errIdle, e.client.cfg.IdleTimeout)
	}
	return fmt.Errorf("the server of bundles at %s %s: %w", e.client.base, what, err)
}
