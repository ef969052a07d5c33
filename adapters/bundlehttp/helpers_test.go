package bundlehttp_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func digestOf(content string) domain.Digest {
	sum := sha256.Sum256([]byte(content))
	return domain.Digest("sha256:" + hex.EncodeToString(sum[:]))
}

// newFolder returns a place of bundles on the disk, and its folder.
func newFolder(t *testing.T) (*bundle.Folder, string) {
	t.Helper()
	dir := t.TempDir()
	folder, err := bundle.NewFolder(dir)
	require.NoError(t, err)
	return folder, dir
}

// serve serves with a handler until the test ends.
func serve(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// client returns a client of that server.
func client(t *testing.T, server *httptest.Server, cfg bundlehttp.Config) *bundlehttp.Client {
	t.Helper()
	cfg.HTTPClient = server.Client() // whose connections end with the server
	cfg.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c, err := bundlehttp.NewClient(server.URL, cfg)
	require.NoError(t, err)
	return c
}
