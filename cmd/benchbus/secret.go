package main

import (
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// maxBusFile limits how much of a --bus-file is read, in bytes.
const maxBusFile = 64 << 10

// address is a flag for an address, around which people may paste white space.
type address string

func (a *address) Set(text string) error { *a = address(strings.TrimSpace(text)); return nil }
func (a *address) String() string        { return string(*a) }
func (a *address) Type() string          { return "string" }

// readBusFile sets --bus to the contents of the file of --bus-file. The name - means
// standard input.
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

// credentials returns the user and password in a broker's address, or nothing.
func credentials(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	return rest[:max(0, strings.LastIndexByte(rest, '@'))]
}
