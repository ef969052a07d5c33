//go:build !linux

package main

const asSpy = "BENCHBUS_TEST_AS_SPY"

func spy(string) {}
