//go:build !linux

package sqlite_test

import "testing"

// asNobody runs the function; on these systems tests are not run as root.
func asNobody(_ *testing.T, f func()) { f() }
