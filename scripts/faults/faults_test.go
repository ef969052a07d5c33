package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/scripts/broker"
)

// TestMain lets the test's own program be the worker and runner processes.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && actAs(os.Args[1], os.Args[2]) {
		return
	}
	os.Exit(m.Run())
}

// The short form of every case; make test/faults is the long one.
func TestNothingIsLost(t *testing.T) {
	node := broker.Start(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := perform(c, node, true, false)
			t.Log(o)
			require.Empty(t, o.problems)
		})
	}
}
