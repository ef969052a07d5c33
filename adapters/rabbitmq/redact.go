package rabbitmq

import (
	"errors"
	"net/url"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"
)

// redactor removes the broker's password from texts that people may see.
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

// error returns err itself if it holds no secret. Otherwise it returns an error that
// has only the text of err, without the secret.
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

// Address returns a broker's URL without user, password and query, so that it can be
// shown.
func Address(uri string) string {
	parsed, err := url.Parse(uri)
	if err != nil || isCut(parsed) {
		return "the broker"
	}
	parsed.User, parsed.RawQuery, parsed.Fragment = nil, "", ""
	return parsed.String()
}

// isCut reports whether a URL holds an @ behind its host. Then the parser took a /, ?
// or # of the password for the end of the host, and the rest of the URL is secret.
func isCut(parsed *url.URL) bool {
	behind := *parsed
	behind.User = nil
	return strings.Contains(behind.String(), "@")
}
