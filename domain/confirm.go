package domain

import (
	"context"
	"errors"
)

// SendUntilConfirmed calls send until the broker has confirmed or refused the message,
// or ctx ends, and returns the error of the last try. It is safe to send a message
// again that the broker may have accepted, and a broker that is away will come back.
// SendUntilConfirmed calls again before each further try.
func SendUntilConfirmed(ctx context.Context, send func() error, again func()) error {
	for {
		err := send()
		if !errors.Is(err, ErrUnconfirmed) || ctx.Err() != nil {
			return err
		}
		again()
	}
}
