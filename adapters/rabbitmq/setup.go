package rabbitmq

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/domain"
)

// Declaration describes a queue or exchange that Setup checked.
type Declaration struct {
	Name string
	// Kind is "quorum queue", "classic queue" or "fan-out exchange".
	Kind string
	// State is "there", "declared", "missing" (in a dry run, which declares nothing),
	// or "mismatch".
	State string
	// Problem says what does not match. It is empty unless State is "mismatch".
	Problem string
}

// Setup declares all that runners and workers need for a queue of commands and the
// delays of its retries, and checks what exists already. A dry run changes nothing.
// Setup leaves out the reply queues, which runners declare.
func (t *Transport) Setup(ctx context.Context, commands string, delays []time.Duration, dryRun bool) ([]Declaration, error) {
	conn, err := t.consuming.get(ctx)
	if err != nil {
		return nil, err
	}
	n := t.topology.names(conn)
	all := []string{n.topics().Failed(), commands}
	for _, delay := range delays {
		all = append(all, delayName(commands, delay))
	}
	all = append(all, n.topics().Unroutable())
	for _, subject := range domain.Subjects() {
		all = append(all, n.topics().Events(subject))
	}
	var declarations []Declaration
	for _, topic := range all {
		d, err := t.setUp(conn, n.resource(topic), dryRun)
		if err != nil {
			return declarations, err
		}
		declarations = append(declarations, d)
	}
	return declarations, nil
}

func (t *Transport) setUp(conn *amqp.Connection, r resource, dryRun bool) (Declaration, error) {
	d := Declaration{Name: r.name, Kind: string(r.queue) + " queue", State: "there"}
	if r.kind == kindEvents {
		d.Kind = "fan-out exchange"
	}
	there, err := t.topology.exists(conn, r)
	switch {
	case err != nil:
		return d, err
	case !there && dryRun:
		d.State = "missing"
		return d, nil
	case !there:
		d.State = "declared"
	}
	// Declaring what exists with the right properties changes nothing.
	if err := t.topology.on(conn, "declare "+r.name, r.declare); isMismatch(err) {
		d.State, d.Problem = "mismatch", err.Error()
	} else if err != nil {
		return d, err
	}
	return d, nil
}
