package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// After an interrupted wait, the command to go on with is wait again, because resume
// would execute again what is still queued.
func TestTheCommandThatGoesOn(t *testing.T) {
	status := domain.RunStatus{ID: "r1"}
	for _, again := range []string{"wait", "resume"} {
		require.ErrorContains(t, outcome(again, status, application.ErrInterrupted), "go on with: benchbus "+again+" r1")
		require.ErrorContains(t, outcome(again, status, errors.New("the broker is gone")), "go on with: benchbus "+again+" r1")
	}
}
