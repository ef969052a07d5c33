//go:build !linux

package sqlite_test

import "testing"

// asNobody calls f. Nobody runs the tests as root on these systems.
func asNobody(_ *testing.T, f func()) { f() }
