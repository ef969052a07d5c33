package main

// Types named printed… define the JSON that commands print and that scripts read. They
// change only for the sake of scripts: the messages on the bus, the store and the
// report have formats of their own. A type with the same fields as one of the domain is
// converted from it, so that a field that one of them lacks is a compile error.

// printAll converts each element. Nil stays nil, and becomes null in JSON.
func printAll[T, P any](all []T, printed func(T) P) []P {
	if all == nil {
		return nil
	}
	done := make([]P, len(all))
	for i, one := range all {
		done[i] = printed(one)
	}
	return done
}
