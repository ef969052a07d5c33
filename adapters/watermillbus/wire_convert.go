package watermillbus

// convertEach converts every element. It keeps nil as nil, because JSON distinguishes
// an empty list from none.
func convertEach[From, To any](all []From, convert func(From) To) []To {
	if all == nil {
		return nil
	}
	converted := make([]To, len(all))
	for i := range all {
		converted[i] = convert(all[i])
	}
	return converted
}
