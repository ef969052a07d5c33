package application

import (
	"math/rand/v2"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// NewRunID makes an id for a run that begins at that moment. The random part comes from
// [math/rand/v2]: two ids of the same second are equal once in four thousand million
// times, and a store refuses the second with domain.ErrRunExists. If you want the same
// id each time, use domain.NewRunID.
func NewRunID(at time.Time) domain.RunID { return domain.NewRunID(at, rand.Uint32()) }
