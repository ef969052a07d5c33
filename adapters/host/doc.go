// Package host knows the machine: its cores, which it grants one measurement at
// a time across all worker processes, its fingerprint, and its load.
package host
