package rabbitmq

import (
	"errors"
	"net/url"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

// redactor takes the broker's password out of what people may see.
type redactor struct{ replacer *strings.Replacer }

func newRedactor(uri string) redactor {
	pairs := []string{uri, Address(uri)}
	if parsed, err := amqp.ParseURI(uri); err == nil && parsed.Password != "" && parsed.Password != "guest" {
		for _, form := range []string{parsed.Password, url.QueryEscape(parsed.Password), url.PathEscape(parsed.Password)} {
			pairs = append(pairs, form, "xxxxx")
		}
	}
	return redactor{strings.NewReplacer(pairs...)}
}

// error returns the error itself where it holds no secret, or else only its
// words without it.
func (r redactor) error(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if clean := r.replacer.Replace(text); clean != text {
		return errors.New(clean)
	}
	return err
}

// Address returns a broker's URL as people may see it: without user, password
// and query.
func Address(uri string) string {
	parsed, err := url.Parse(uri)
	if err != nil || isCut(parsed) {
		return "the broker"
	}
	parsed.User, parsed.RawQuery, parsed.Fragment = nil, "", ""
	return parsed.String()
}

// isCut tells whether a URL holds an @ behind its host: then a /, ? or # of the
// password was taken for the end of the host, and what is behind it is secret.
func isCut(parsed *url.URL) bool {
	behind := *parsed
	behind.User = nil
	return strings.Contains(behind.String(), "@")
}
