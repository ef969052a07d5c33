package main

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// maxBusFile bounds what is read of a --bus-file, in bytes.
const maxBusFile = 64 << 10

// address is a flag whose value people paste with white space around it.
type address string

func (a *address) Set(text string) error { *a = address(strings.TrimSpace(text)); return nil }
func (a *address) String() string        { return string(*a) }
func (a *address) Type() string          { return "string" }

// readBusFile sets --bus to what the file of --bus-file holds; - is standard
// input.
func readBusFile(flags *pflag.FlagSet) error {
	flag := flags.Lookup("bus-file")
	if flag == nil || flag.Value.String() == "" {
		return nil
	}
	if flags.Changed("bus") {
		return usagef("the bus is named twice; give either --bus or --bus-file, also in the environment")
	}
	name, file := flag.Value.String(), os.Stdin
	if name != "-" {
		var err error
		if file, err = os.Open(name); err != nil {
			return usagef("--bus-file cannot be read: %w", err)
		}
		defer file.Close()
	}
	text, err := io.ReadAll(io.LimitReader(file, maxBusFile))
	if err != nil {
		return usagef("--bus-file cannot be read: %w", err)
	}
	if strings.TrimSpace(string(text)) == "" {
		return usagef("--bus-file %s is empty; it holds the bus's address, amqp://user:password@host:5672/", name)
	}
	return flags.Set("bus", string(text))
}

// credentials returns the part of a broker's address that holds user and
// password, or nothing.
func credentials(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	return rest[:max(0, strings.LastIndexByte(rest, '@'))]
}
