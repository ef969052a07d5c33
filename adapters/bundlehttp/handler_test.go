package bundlehttp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/domain"
)

// ask sends a request to a handler, and returns the answer.
func ask(h http.Handler, method, path, token, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, request)
	return answer
}

func TestRequests(t *testing.T) {
	t.Parallel()
	folder, dir := newFolder(t)
	h := bundlehttp.Handler(folder, bundlehttp.HandlerConfig{MaxBytes: 10})
	at := func(content string) string { return "/bundles/" + string(digestOf(content)) }
	check := func(status int, says, method, path, body string) {
		t.Helper()
		answer := ask(h, method, path, "", body)
		require.Equal(t, status, answer.Code, answer.Body)
		require.Equal(t, says, strings.TrimSpace(answer.Body.String()))
	}
	check(404, "there is no such bundle", "GET", at("content"), "")
	check(404, "there is no such bundle", "HEAD", at("content"), "")
	check(422, "what was sent has the digest "+string(digestOf("other")), "PUT", at("content"), "other")
	check(201, "the bundle is stored", "PUT", at("content"), "content")
	check(200, "the bundle is there already", "PUT", at("content"), "anything")
	check(200, "content", "GET", at("content"), "")
	check(200, "", "HEAD", at("content"), "")
	check(413, "a bundle here may have at most 10 bytes", "PUT", at("12345678901"), "12345678901")
	check(201, "the bundle is stored", "PUT", at("1234567890"), "1234567890")
	for _, method := range []string{"POST", "DELETE", "PATCH", "OPTIONS"} {
		check(405, "Method Not Allowed", method, at("content"), "")
	}
	for _, path := range []string{"/", "/bundles", "/bundles/", at("content") + "/", at("content") + "/a", "/other"} {
		check(404, "404 page not found", "GET", path, "")
	}
	for _, bad := range []string{"sha256:abc", "..%2f..%2fetc%2fpasswd", strings.ToUpper(string(digestOf(""))), "%00"} {
		for _, method := range []string{"GET", "PUT"} {
			answer := ask(h, method, "/bundles/"+bad, "", "")
			require.Equal(t, 400, answer.Code)
			require.Contains(t, answer.Body.String(), "is not the digest of a bundle")
		}
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
}

func TestTheToken(t *testing.T) {
	t.Parallel()
	folder, _ := newFolder(t)
	var log bytes.Buffer
	h := bundlehttp.Handler(folder, bundlehttp.HandlerConfig{Token: "secret", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	path := "/bundles/" + string(digestOf("content"))
	for _, token := range []string{"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Bearer Secret", "Basic secret", "Bearer secret secret"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST"} {
			for _, path := range []string{path, "/", "/bundles/none"} {
				answer := ask(h, method, path, token, "content")
				require.Equal(t, 401, answer.Code, "%s %s %q", method, path, token)
				require.Equal(t, "Bearer", answer.Header().Get("WWW-Authenticate"))
			}
		}
	}
	require.NotContains(t, log.String(), "secret")
	require.Equal(t, 201, ask(h, "PUT", path, "Bearer secret", "content").Code)
	require.Equal(t, 200, ask(h, "GET", path, "bearer secret", "").Code)
	require.Contains(t, log.String(), "bytes=7")
}

// failing is a place of bundles that fails.
type failing struct{ err error }

func (f failing) Has(context.Context, domain.Digest) (bool, error) { return false, nil }
func (f failing) Open(context.Context, domain.Digest) (io.ReadCloser, error) {
	return nil, f.err
}
func (f failing) Put(_ context.Context, _ domain.Digest, r io.Reader) error {
	_, _ = io.Copy(io.Discard, r)
	return f.err
}

func TestAPlaceThatFails(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	cfg := bundlehttp.HandlerConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	path := "/bundles/" + string(digestOf("content"))
	h := bundlehttp.Handler(failing{errors.New("/secret/folder is away")}, cfg)
	for _, method := range []string{"GET", "PUT"} {
		answer := ask(h, method, path, "", "content")
		require.Equal(t, 500, answer.Code)
		require.Equal(t, "the server's place of bundles has failed; its log says why\n", answer.Body.String())
		require.Contains(t, log.String(), "/secret/folder is away")
	}
	h = bundlehttp.Handler(failing{&os.PathError{Err: syscall.ENOSPC}}, cfg)
	answer := ask(h, "PUT", path, "", "content")
	require.Equal(t, 507, answer.Code)
	require.Equal(t, "the server's disk is full\n", answer.Body.String())
}

// half is a place whose bundles break off in the middle.
type half struct{ failing }

func (half) Open(context.Context, domain.Digest) (io.ReadCloser, error) {
	return io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("a", 1<<20)), broken{})), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is broken") }

// The client must not take what it got for the whole bundle.
func TestABundleThatBreaksOffIsCutOff(t *testing.T) {
	t.Parallel()
	server := serve(t, bundlehttp.Handler(half{}, bundlehttp.HandlerConfig{}))
	answer, err := server.Client().Get(server.URL + "/bundles/" + string(digestOf("")))
	require.NoError(t, err)
	defer answer.Body.Close()
	_, err = io.ReadAll(answer.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// A client that stands still must not keep a connection for ever.
func TestClientsThatStandStill(t *testing.T) {
	t.Parallel()
	folder, dir := newFolder(t)
	server := serve(t, bundlehttp.Handler(folder, bundlehttp.HandlerConfig{IdleTimeout: 50 * time.Millisecond}))
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "PUT /bundles/"+string(digestOf("content"))+" HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\ncon")
	require.NoError(t, err)
	answer, err := io.ReadAll(conn) // until the server closes it
	require.NoError(t, err)
	require.Contains(t, string(answer), "400 Bad Request")
	require.Contains(t, string(answer), "cut off on its way here")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}
