package bundlehttp

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// Client is a place of bundles that a server keeps. It is safe for use by several goroutines
// at once.
type Client struct {
	base *url.URL
	cfg  Config
}

var _ domain.Bundles = (*Client)(nil)

// NewClient returns the bundles of the server at that address, such as
// http://host:8080. It does not connect yet.
func NewClient(address string, cfg Config) (*Client, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return nil, fmt.Errorf("the address of bundles must be like http://host:8080 or https://host") // without it: it may hold a password
	case base.User != nil:
		return nil, fmt.Errorf("the address of bundles must be without user and password; %s holds what the server wants to see", cfg.TokenFrom)
	case base.RawQuery != "" || base.Fragment != "":
		return nil, fmt.Errorf("the address of bundles must end with its path, without ? and #")
	}
	base.Path, base.RawPath = strings.TrimRight(base.Path, "/"), ""
	return &Client{base: base, cfg: cfg}, nil
}

// Has reports whether the bundle is there; see [domain.Bundles].
func (c *Client) Has(ctx context.Context, d domain.Digest) (bool, error) {
	answer, err := c.do(ctx, http.MethodHead, d, nil)
	if err != nil {
		return false, err
	}
	defer answer.close()
	switch answer.StatusCode {
	case http.StatusOK:
		return true, nil
	case http.StatusNotFound:
		return false, nil
	}
	return false, c.refused(answer)
}

// Open returns a reader of the bundle, as the server sends it; see [domain.Bundles].
func (c *Client) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	answer, err := c.do(ctx, http.MethodGet, d, nil)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == http.StatusOK {
		return answer, nil
	}
	defer answer.close()
	if answer.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%s at %s: %w", d, c.base, domain.ErrNoBundle)
	}
	return nil, c.refused(answer)
}

// Put stores the bundle, unless the server has it; see [domain.Bundles]. If the context ends
// while a read from the bundle blocks, that read goes on until it returns.
func (c *Client) Put(ctx context.Context, d domain.Digest, bundle io.Reader) error {
	has, err := c.Has(ctx, d)
	if has || err != nil {
		return err
	}
	sent := newSending(d, bundle)
	defer sent.Close() // ends the goroutine that reads the bundle, once its read returns
	answer, err := c.do(ctx, http.MethodPut, d, sent)
	if problem := sent.failure(); problem != nil && ctx.Err() == nil { // and so the server got no end
		if err == nil {
			answer.close()
		}
		return fmt.Errorf("the bundle %s is not sent: %w", d, problem)
	}
	if err != nil {
		return err
	}
	defer answer.close()
	switch answer.StatusCode {
	case http.StatusOK: // another client was faster
		return nil
	case http.StatusCreated, http.StatusNoContent:
		if !sent.complete() {
			return fmt.Errorf("the server of bundles at %s says that it stored what it cannot have; is it another kind of server?", c.base)
		}
		return nil
	}
	return c.refused(answer)
}
