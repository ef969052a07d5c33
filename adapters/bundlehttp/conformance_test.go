package bundlehttp_test

import (
	"net/http"
	"testing"

	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/adapters/bundletest"
	"github.com/benchbus/benchbus/domain"
)

func TestClientAndHandlerConform(t *testing.T) {
	t.Parallel()
	bundletest.Test(t, func(t *testing.T) domain.Bundles {
		folder, _ := newFolder(t)
		server := serve(t, bundlehttp.Handler(folder, bundlehttp.HandlerConfig{Token: "secret"}))
		return client(t, server, bundlehttp.Config{Token: "secret"})
	})
	bundletest.TestShared(t, func(t *testing.T) func() domain.Bundles {
		folder, _ := newFolder(t)
		server := serve(t, http.StripPrefix("/behind/a/proxy", bundlehttp.Handler(folder, bundlehttp.HandlerConfig{})))
		server.URL += "/behind/a/proxy/"
		return func() domain.Bundles { return client(t, server, bundlehttp.Config{}) }
	})
}
