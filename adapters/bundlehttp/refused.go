package bundlehttp

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
)

// maxSentence is how much of a server's answer goes into an error, in bytes.
const maxSentence = 300

// refused turns an answer into an error that says what to do.
func (c *Client) refused(e *exchange) error {
	says := sentence(e)
	switch status := e.StatusCode; {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		if c.cfg.Token == "" {
			return fmt.Errorf("the server of bundles at %s wants a token; give it by %s", c.base, c.cfg.TokenFrom)
		}
		return fmt.Errorf("the server of bundles at %s refuses the token; %s must hold the one that the server was started with", c.base, c.cfg.TokenFrom)
	case status == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("the bundle is too large for the server at %s%s; leave out what the code does not need, or let the server take more", c.base, says)
	case status == http.StatusUnprocessableEntity:
		return fmt.Errorf("the bundle was changed on its way to the server at %s%s; try again", c.base, says)
	case status >= 300 && status < 400:
		return fmt.Errorf("the server at %s sends requests elsewhere, to %.200q; name the address where bundles lie", c.base, e.Header.Get("Location"))
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return fmt.Errorf("the server at %s takes no bundles%s; is the address right?", c.base, says)
	case status >= 500:
		return fmt.Errorf("the server of bundles at %s has failed with %s%s", c.base, name(status), says)
	default:
		return fmt.Errorf("the server of bundles at %s answers with %s%s", c.base, name(status), says)
	}
}

// name returns a status with its usual name. What the server calls it may be anything.
func name(status int) string {
	return strings.TrimSpace(fmt.Sprint(status, " ", http.StatusText(status)))
}

// sentence returns the beginning of what a server says, behind a colon, or nothing.
func sentence(e *exchange) string {
	text, _ := io.ReadAll(io.LimitReader(e, maxSentence))
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(string(text), "?")), "\n")
	line = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, line)
	if line == "" || strings.HasPrefix(line, "<") { // a page for browsers
		return ""
	}
	return ": " + line
}
