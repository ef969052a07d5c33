package rabbitmq

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// operation is something that the broker may refuse to an account. It holds the
// permissions that the operation takes on a queue and on an exchange, because the
// broker's own words always name the resource, but the permission only from some
// version on.
type operation struct{ queue, exchange string }

const writeTo = "write to"

var (
	declaring  = operation{"configure", "configure"}
	deadening  = operation{"configure and read", writeTo} // declaring a queue that dead-letters
	binding    = operation{writeTo, "read"}
	consuming  = operation{"read", "read"}
	publishing = operation{writeTo, writeTo}
)

var refusedAccess = regexp.MustCompile(`(?:(configure|write|read) )?access to (queue|exchange|topic) '([^']*)' in vhost '([^']*)' refused for user '([^']*)'`)

// access turns the broker's refusal into an error of domain.ErrAccess that names the
// missing permission. It returns other errors as they are.
func (o operation) access(err error) error {
	if !isCode(err, amqp.AccessRefused) || errors.Is(err, domain.ErrAccess) {
		return err
	}
	found := refusedAccess.FindStringSubmatch(err.Error())
	if found == nil { // for example, another consumer has the queue for itself
		return err
	}
	permission, what, name, vhost, user := found[1], found[2], found[3], found[4], found[5]
	switch {
	case permission == "write":
		permission = writeTo
	case permission != "":
	case what == "queue":
		permission = o.queue
	default:
		permission = o.exchange
	}
	return fmt.Errorf("rabbitmq: %w: user %q lacks the permission to %s %s %q of vhost %q; rabbitmqctl set_permissions grants it (%w)",
		domain.ErrAccess, user, permission, what, name, vhost, err)
}

// explainLogin says what to do if the broker lets an account in nowhere, or not into
// the vhost. amqp091 reports wrong credentials also when the broker hangs up meanwhile
// or the time for the handshake is over. took tells these apart, because a broker
// refuses an account within seconds.
func explainLogin(err error, took time.Duration) error {
	switch {
	case errors.Is(err, amqp.ErrCredentials) && took >= dialTimeout:
		return fmt.Errorf("the broker did not finish the login within %v; it may be overloaded: try again later", dialTimeout)
	case errors.Is(err, amqp.ErrCredentials):
		return fmt.Errorf("%w; check user and password, and that the account may log in from here", err)
	case errors.Is(err, amqp.ErrVhost):
		return fmt.Errorf("%w; check its name in the address, and grant the user permissions there with rabbitmqctl set_permissions", err)
	}
	return err
}
