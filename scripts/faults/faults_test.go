package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/scripts/broker"
)

// TestMain lets the test binary run as the worker and runner processes too.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && actAs(os.Args[1], os.Args[2]) {
		return
	}
	os.Exit(m.Run())
}

// The test runs the short form of every case. make test/faults runs the long one.
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
