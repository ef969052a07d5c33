package domain

import (
	"context"
	"errors"
)

// SendUntilConfirmed sends until the broker has confirmed it, has refused it, or ctx ends, and
// returns what came of the last try: what may have been accepted can be sent again,
// and a broker that is away comes back. again is called before each further try.
func SendUntilConfirmed(ctx context.Context, send func() error, again func()) error {
	for {
		err := send()
		if !errors.Is(err, ErrUnconfirmed) || ctx.Err() != nil {
			return err
		}
		again()
	}
}
