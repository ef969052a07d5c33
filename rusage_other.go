//go:build !linux

package benchbus

// usage is not known for a single thread here.
func usage() (u threadUsage, known bool) { return u, false }
