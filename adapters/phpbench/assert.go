package phpbench

// Assertion is a condition that the results of a benchmark must meet.
type Assertion struct {
	// Text is how the suite writes it.
	Text string
}

func parseAssertion(text string) (*Assertion, error) { return &Assertion{Text: text}, nil }
