package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// packaged lists the runtimes that scripts/php-runtime can install.
var packaged = []domain.RuntimeName{"php74", "php82", "php84", "php85", "php86"}

var phpVersion = regexp.MustCompile(`^php([5-9])([0-9]{1,2})$`)

// howToGet says how to get one of the runtimes. It names the script if that can install
// any of them, and the ways to use any other PHP.
func howToGet(names ...domain.RuntimeName) string {
	var ways, versions []string
	for _, name := range names {
		if slices.Contains(packaged, name) {
			versions = append(versions, versionOf(name))
		}
	}
	if len(versions) > 0 {
		ways = append(ways, "run scripts/php-runtime "+strings.Join(versions, " "))
	}
	example := names[0]
	if version := versionOf(example); version != "" {
		ways = append(ways, fmt.Sprintf("put a php%s on the PATH", version))
	}
	ways = append(ways, fmt.Sprintf("name one with --php-command %s=/path/to/php", example))
	return strings.Join(ways, ", or ")
}

// noPHP returns the error for a machine on which no PHP was found.
func noPHP() error {
	return unavailable(fmt.Errorf("no PHP was found; to get one, %s", howToGet("php84")))
}

// versionOf returns the version in the name of a PHP, or nothing for other names.
func versionOf(name domain.RuntimeName) string {
	if m := phpVersion.FindStringSubmatch(string(name)); m != nil {
		return m[1] + "." + m[2]
	}
	return ""
}
