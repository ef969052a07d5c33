package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundlehttp"
	"github.com/benchbus/benchbus/domain"
)

// bundlesTokenVariable holds the token of the server of bundles.
const bundlesTokenVariable = "BENCHBUS_BUNDLES_TOKEN"

// maxTokenFile limits how much of a file with a token is read, in bytes.
const maxTokenFile = 4 << 10

// bundlesToken is the token of a server of bundles, and where it comes from.
type bundlesToken struct{ value, from string }

// readBundlesToken reads the token from the file, if one is named, or else from the
// environment. The flag is the one that names the file, such as --token-file. Without a
// token, from says how to give one.
func readBundlesToken(flag, file string) (bundlesToken, error) {
	if file == "" {
		return bundlesToken{strings.TrimSpace(os.Getenv(bundlesTokenVariable)), bundlesTokenVariable + " or " + flag}, nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return bundlesToken{}, usagef("%s cannot be read: %w", flag, err)
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxTokenFile))
	if err != nil {
		return bundlesToken{}, usagef("%s cannot be read: %w", flag, err)
	}
	token := bundlesToken{strings.TrimSpace(string(text)), flag + " " + file}
	if token.value == "" {
		return bundlesToken{}, usagef("%s is empty; it holds the token alone", token.from)
	}
	return token, nil
}

// openBundles opens the place of bundles: a folder, which it makes if it is missing, or the
// address of a server.
func openBundles(where string, token bundlesToken) (domain.Bundles, error) {
	if scheme, _, isURL := strings.Cut(where, "://"); isURL {
		if scheme != "http" && scheme != "https" {
			return nil, usagef("bundles cannot lie at %.20s://; name a folder, http://host:8080 or https://host", scheme)
		}
		client, err := bundlehttp.NewClient(where, bundlehttp.Config{Token: token.value, TokenFrom: token.from})
		if err != nil {
			return nil, usage(err)
		}
		return client, nil
	}
	folder, err := bundle.NewFolder(where)
	if err != nil {
		return nil, unavailable(fmt.Errorf("%w; --bundles names another one", err))
	}
	return folder, nil
}
