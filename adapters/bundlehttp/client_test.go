package bundlehttp_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/domain"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	check := func(address, want string, cfg bundlehttp.Config) {
		t.Helper()
		_, err := bundlehttp.NewClient(address, cfg)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "secret")
	}
	for _, address := range []string{"", "host:8080", "ftp://host", "http://", "http:///path", "://", "http://user:secret@host:port"} {
		check(address, "must be like http://host:8080 or https://host", bundlehttp.Config{})
	}
	check("http://user:secret@host", "without user and password; --token-file holds", bundlehttp.Config{TokenFrom: "--token-file"})
	check("http://host/?token=secret", "without ? and #", bundlehttp.Config{})
	check("http://host", "--token-file holds white space or signs outside of ASCII", bundlehttp.Config{Token: "secret\n", TokenFrom: "--token-file"})
	check("http://host", "IdleTimeout is -1s", bundlehttp.Config{IdleTimeout: -time.Second})
}

// sayings returns the errors of the three calls.
func sayings(t *testing.T, c *bundlehttp.Client) (has, open, put error) {
	t.Helper()
	_, has = c.Has(t.Context(), digestOf("content"))
	_, open = c.Open(t.Context(), digestOf("content"))
	return has, open, c.Put(t.Context(), digestOf("content"), strings.NewReader("content"))
}

func TestWhatServersAnswer(t *testing.T) {
	t.Parallel()
	check := func(status int, says string, cfg bundlehttp.Config, want string) {
		t.Helper()
		server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://elsewhere/")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, says)
		}))
		want = strings.ReplaceAll(want, "URL", server.URL)
		c := client(t, server, cfg)
		has, open, put := sayings(t, c)
		require.EqualError(t, open, want)
		require.Error(t, has) // an answer to HEAD has no words
		require.Error(t, put)
	}
	check(401, "", bundlehttp.Config{TokenFrom: "BENCHBUS_BUNDLES_TOKEN"}, "the server of bundles at URL wants a token; give it by BENCHBUS_BUNDLES_TOKEN")
	check(401, "", bundlehttp.Config{Token: "wrong", TokenFrom: "--token-file"}, "the server of bundles at URL refuses the token; --token-file must hold the one that the server was started with")
	check(500, "on fire\nmore", bundlehttp.Config{}, "the server of bundles at URL has failed with 500 Internal Server Error: on fire")
	check(503, "<html>", bundlehttp.Config{}, "the server of bundles at URL has failed with 503 Service Unavailable")
	check(599, "a\x1b[31mb\xff"+strings.Repeat("c", 1<<20), bundlehttp.Config{}, "the server of bundles at URL has failed with 599: a[31mb?"+strings.Repeat("c", 292))
	check(302, "", bundlehttp.Config{}, `the server at URL sends requests elsewhere, to "http://elsewhere/"; name the address where bundles lie`)
	check(418, "tea", bundlehttp.Config{}, "the server of bundles at URL answers with 418 I'm a teapot: tea")
	check(204, "", bundlehttp.Config{}, "the server of bundles at URL answers with 204 No Content")

	server := serve(t, http.NotFoundHandler())
	has, open, put := sayings(t, client(t, server, bundlehttp.Config{}))
	require.NoError(t, has)
	require.ErrorIs(t, open, domain.ErrNoBundle)
	require.EqualError(t, put, "the server at "+server.URL+" takes no bundles: 404 page not found; is the address right?")
}

func TestTheServersLimit(t *testing.T) {
	t.Parallel()
	folder, _ := newFolder(t)
	server := serve(t, bundlehttp.Handler(folder, bundlehttp.HandlerConfig{MaxBytes: 1000}))
	c := client(t, server, bundlehttp.Config{})
	large := strings.Repeat("a", 8<<20)
	err := c.Put(t.Context(), digestOf(large), strings.NewReader(large))
	require.EqualError(t, err, "the bundle is too large for the server at "+server.URL+": a bundle here may have at most 1000 bytes; leave out what the code does not need, or let the server take more")
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := "http://" + listener.Addr().String()
	require.NoError(t, listener.Close())
	c, err := bundlehttp.NewClient(address, bundlehttp.Config{})
	require.NoError(t, err)
	has, open, put := sayings(t, c)
	for _, err := range []error{has, open, put} {
		require.ErrorContains(t, err, "the server of bundles at "+address+" cannot be reached: dial tcp")
		require.ErrorContains(t, err, "connection refused")
	}
}

func TestAServerThatDoesNothing(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]http.HandlerFunc{
		"at all":          func(http.ResponseWriter, *http.Request) {},
		"behind its head": func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() },
		"behind a part":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "con"); w.(http.Flusher).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				handle(w, r)
				<-r.Context().Done()
			}))
			c := client(t, server, bundlehttp.Config{IdleTimeout: 50 * time.Millisecond})
			r, err := c.Open(t.Context(), digestOf("content"))
			if err == nil {
				_, err = io.ReadAll(r)
				require.NoError(t, r.Close())
			}
			require.EqualError(t, err, "the server of bundles at "+server.URL+" does not answer: it has sent and taken nothing for 50ms")
		})
	}
}

func TestAServerThatTakesNothing(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		<-over // the server does not see that the client has gone, since it does not read
	}))
	defer close(over)
	c := client(t, server, bundlehttp.Config{IdleTimeout: 50 * time.Millisecond})
	err := c.Put(t.Context(), digestOf(""), io.LimitReader(zeros{}, 1<<40))
	require.ErrorContains(t, err, "does not answer: it has sent and taken nothing for 50ms")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// Only the silence of the server counts, not how long a transfer takes.
func TestASlowServerAndASlowClient(t *testing.T) {
	t.Parallel()
	const parts, pause, patience = 20, 60 * time.Millisecond, time.Second // the whole takes longer than patience
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range parts {
			<-time.After(pause)
			fmt.Fprint(w, "a")
			w.(http.Flusher).Flush()
		}
	}))
	c := client(t, server, bundlehttp.Config{IdleTimeout: patience})
	r, err := c.Open(t.Context(), digestOf("content"))
	require.NoError(t, err)
	<-time.After(patience + pause) // this side is busy
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, strings.Repeat("a", parts), string(text))

	folder, _ := newFolder(t)
	c = client(t, serve(t, bundlehttp.Handler(folder, bundlehttp.HandlerConfig{})), bundlehttp.Config{IdleTimeout: patience})
	slow := io.MultiReader(strings.NewReader("con"), waiting(patience+pause), strings.NewReader("tent"))
	require.NoError(t, c.Put(t.Context(), digestOf("content"), slow))
}

// waiting reads nothing for so long.
type waiting time.Duration

func (w waiting) Read([]byte) (int, error) {
	<-time.After(time.Duration(w))
	return 0, io.EOF
}

func TestServersThatLie(t *testing.T) {
	t.Parallel()
	check := func(handle http.HandlerFunc, try func(c *bundlehttp.Client) error, want string) {
		t.Helper()
		server := serve(t, handle)
		require.ErrorContains(t, try(client(t, server, bundlehttp.Config{})), strings.ReplaceAll(want, "URL", server.URL))
	}
	open := func(c *bundlehttp.Client) error {
		r, err := c.Open(t.Context(), digestOf("content"))
		if err == nil {
			_, err = io.ReadAll(r)
			_ = r.Close()
		}
		return err
	}
	check(raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncontent"), open, "the server of bundles at URL has cut the line: unexpected EOF")
	check(raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\ncontent"), open, "cannot be reached")
	check(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ncontent\r\n"), open, "has cut the line")
	check(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ncontent and more"), open, "has cut the line")
	check(raw("what?\r\n\r\n"), open, "cannot be reached: net/http: HTTP/1.x transport connection broken")

	put := func(c *bundlehttp.Client) error {
		large := strings.Repeat("a", 32<<20) // more than connections hold
		return c.Put(t.Context(), digestOf(large), strings.NewReader(large))
	}
	check(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(map[string]int{"HEAD": 404, "PUT": 201}[r.Method])
	}, put, "the server of bundles at URL says that it stored what it cannot have")

	// A body that is longer than it says is cut there, and has another digest.
	server := serve(t, raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\ncontent"))
	r, err := client(t, server, bundlehttp.Config{}).Open(t.Context(), digestOf("content"))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, "con", string(text))
}

// raw answers with these bytes, and closes the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}
}

// The server gets no end of a bundle that is not what its digest says.
func TestTheClientChecksWhatItSends(t *testing.T) {
	t.Parallel()
	ends := make(chan error, 1)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, err := io.ReadAll(r.Body)
		ends <- err
	}))
	c := client(t, server, bundlehttp.Config{})
	err := c.Put(t.Context(), digestOf("content"), strings.NewReader("other"))
	require.EqualError(t, err, fmt.Sprintf("the bundle %s is not sent: it has the digest %s", digestOf("content"), digestOf("other")))
	require.Error(t, <-ends)
	err = c.Put(t.Context(), digestOf("content"), broken{})
	require.EqualError(t, err, fmt.Sprintf("the bundle %s is not sent: the disk is broken", digestOf("content")))
	require.Error(t, <-ends)
}

// What the transport would decode by itself must stay as it is.
func TestBundlesStayCompressed(t *testing.T) {
	t.Parallel()
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "content")
	}))
	r, err := client(t, server, bundlehttp.Config{}).Open(t.Context(), digestOf("content"))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.Equal(t, "content", string(text))
}

func TestNoRedirectSeesTheToken(t *testing.T) {
	t.Parallel()
	other := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other server was asked") }))
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	c, err := bundlehttp.NewClient(server.URL, bundlehttp.Config{Token: "secret"}) // with its own client
	require.NoError(t, err)
	_, err = c.Has(t.Context(), digestOf("content"))
	require.ErrorContains(t, err, "sends requests elsewhere")
	http.DefaultClient.CloseIdleConnections()
}

func TestTheCallersContextIsTheReason(t *testing.T) {
	t.Parallel()
	server := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	c := client(t, server, bundlehttp.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Open(ctx, digestOf("content"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, context.DeadlineExceeded, err, "and nothing else is")
}
