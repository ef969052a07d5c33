package bustest

// Features says what a bus can do beyond what every bus must. For a [domain.Bus] over
// Watermill this follows from its publisher and subscriber; see package watermillbus. A
// case that needs a missing feature is skipped from there on and says so.
type Features struct {
	// Delays should be true if a command that waits for its next attempt takes up no
	// slot. Without it the suite tries no delays of more than a second.
	Delays bool

	// FailedList should be true if BrowseFailed works. Without it the suite does not
	// check that messages that were given up arrive in the failed queue, and does not
	// retry or remove any.
	FailedList bool

	// Queues should be true if Queues works. Without it the suite does not count
	// commands.
	Queues bool

	// Cancels should be true if Cancel works. Without it the suite cancels no run.
	Cancels bool

	// DeliveryCounts should be true if a delivery without an answer counts as an
	// attempt. Without it the suite does not check that a command that ends each of its
	// workers is given up.
	DeliveryCounts bool

	// DeliveryDoubts should be true if the transport only says that a message was
	// perhaps delivered before. Such a delivery costs no attempt, and a command is
	// given up at its eleventh. It needs DeliveryCounts.
	DeliveryDoubts bool

	// FanOut should be true if Watch works. Without it the suite sends no event.
	FanOut bool

	// FairDispatch should be true if a command waits in the queue as long as no slot is
	// free. It must be false if the transport prefetches, because commands may then be
	// stuck behind a slow one. Without it the suite does not try that.
	FairDispatch bool

	// Windows should be true if a runner gets all results that are there, up to its
	// window, before it acknowledges the first. Without it the suite leaves one result
	// at a time unacknowledged.
	Windows bool
}

// AllFeatures returns the features of a bus that can do everything, as the transports
// of this module can. It leaves out DeliveryDoubts, which takes something away.
func AllFeatures() Features {
	return Features{
		Delays: true, FailedList: true, Queues: true, Cancels: true,
		DeliveryCounts: true, FanOut: true, FairDispatch: true, Windows: true,
	}
}

// needs skips the rest of the case if the feature is missing.
func (s *suite) needs(feature bool, why string) {
	s.Helper()
	if !feature {
		s.Skip("left out from here on: " + why)
	}
}
