package main

// What is called printed has the shape in which commands print it as JSON, and which
// scripts read. It moves for their sake alone: the messages on the bus, the store and
// the report have shapes of their own. Where a type has the fields of the domain's,
// the one is converted into the other, so that a field that one side lacks does not
// compile.

// printAll prints each; what is nil stays nil, and is null.
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
