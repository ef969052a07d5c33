package watermillbus

import "github.com/benchbus/benchbus/domain"

// wireFailure is a failure as JSON. It has the fields of a [domain.Failure] and
// converts to one.
type wireFailure struct {
	Class    domain.FailureClass `json:"class"`
	Message  string              `json:"message"`
	Output   string              `json:"output,omitempty"`
	Attempts int                 `json:"attempts"`
}

// wireVariantFailure says why one variant has no samples although others have some.
type wireVariantFailure struct {
	Variant int `json:"variant"`
	wireFailure
}

func wireVariantFailureOf(f domain.VariantFailure) wireVariantFailure {
	return wireVariantFailure{f.Variant, wireFailure(f.Failure)}
}

func (w wireVariantFailure) failure() domain.VariantFailure {
	return domain.VariantFailure{Variant: w.Variant, Failure: domain.Failure(w.wireFailure)}
}
