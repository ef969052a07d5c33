package application

import (
	"math/rand/v2"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// NewRunID makes an id for a run that is made at that moment. The bits of chance in
// it come from [math/rand/v2]: two ids of the same second are alike once in four
// thousand million, and a store refuses the second with domain.ErrRunExists. A
// caller that wants the same id each time uses domain.NewRunID.
func NewRunID(at time.Time) domain.RunID { return domain.NewRunID(at, rand.Uint32()) }
