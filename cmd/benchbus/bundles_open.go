package main

import (
	"strings"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/domain"
)

func openBundles(where, token string) (domain.Bundles, error) {
	if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
		return bundlehttp.NewClient(where, bundlehttp.Config{Token: token})
	}
	return bundle.NewFolder(where)
}
