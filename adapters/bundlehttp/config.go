package bundlehttp

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Config holds the optional settings of a [Client]; the zero value works.
type Config struct {
	// Token is what the server wants to see. Defaults to none.
	Token string
	// TokenFrom says in errors where the token comes from, such as a flag. Defaults to
	// "Config.Token".
	TokenFrom string
	// IdleTimeout is how long the server may send or take nothing before a call fails. As
	// long as bytes flow, a call may take any time. Defaults to one minute.
	IdleTimeout time.Duration
	// HTTPClient sends the requests. Its Timeout would end transfers that go on. Defaults
	// to one that uses the proxy of the environment and follows no redirects, so that no
	// other server sees the token.
	HTTPClient *http.Client
}

// WithDefaults returns the configuration with its defaults filled in.
func (c Config) WithDefaults() Config {
	if c.TokenFrom == "" {
		c.TokenFrom = "Config.Token"
	}
	if c.IdleTimeout == 0 {
		c.IdleTimeout = time.Minute
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	return c
}

// Validate returns every reason why no client can be made with the configuration, or nil.
func (c Config) Validate() error {
	var problems []error
	if c.IdleTimeout < 0 {
		problems = append(problems, fmt.Errorf("bundlehttp: Config.IdleTimeout is %v; it must be above 0, or 0 for the default", c.IdleTimeout))
	}
	for _, r := range c.Token {
		if r <= ' ' || r > '~' {
			problems = append(problems, fmt.Errorf("%s holds white space or signs outside of ASCII, which no token has", c.TokenFrom))
			break
		}
	}
	return errors.Join(problems...)
}
