package bustest

// Features are what a bus can do beyond what every bus must. Those of a
// [domain.Bus] over Watermill follow from its publisher and subscriber; see
// package watermillbus. A case that needs a missing one is skipped from there on
// and says so.
type Features struct {
	// Delays should be true, if a command that waits for its next attempt keeps
	// no slot waiting. Without it, delays of more than a second are not tried.
	Delays bool

	// FailedList should be true, if BrowseFailed works. Without it, nobody looks
	// whether what was given up arrives in the failed queue, and messages are not
	// retried or removed from there.
	FailedList bool

	// Queues should be true, if Queues works. Without it, commands are not counted.
	Queues bool

	// Cancels should be true, if Cancel works. Without it, no run is cancelled.
	Cancels bool

	// DeliveryCounts should be true, if a delivery without an answer counts as an
	// attempt. Without it, nobody looks whether a command that ends each of its
	// workers is given up.
	DeliveryCounts bool

	// DeliveryDoubts should be true, if the transport says only that a message was
	// perhaps delivered before. Such a delivery costs no attempt, and a command is
	// given up at its eleventh. It needs DeliveryCounts.
	DeliveryDoubts bool

	// FanOut should be true, if Watch works. Without it, no event is sent.
	FanOut bool

	// FairDispatch should be true, if a command waits in the queue as long as no
	// slot is free. It must be false, if the transport prefetches: commands
	// may then be stuck behind a slow one. Without it, that is not tried.
	FairDispatch bool

	// Windows should be true, if a runner has all results that are there, up to
	// its window, before it acknowledges the first. Without it, one result at a
	// time is left unacknowledged.
	Windows bool
}

// AllFeatures are those of a bus that can do everything, as the transports of
// this module can. DeliveryDoubts is none of them: it takes away.
func AllFeatures() Features {
	return Features{
		Delays: true, FailedList: true, Queues: true, Cancels: true,
		DeliveryCounts: true, FanOut: true, FairDispatch: true, Windows: true,
	}
}

// needs skips the rest of the case where a feature is missing.
func (s *suite) needs(feature bool, why string) {
	s.Helper()
	if !feature {
		s.Skip("left out from here on: " + why)
	}
}
