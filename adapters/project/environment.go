package project

import (
	"slices"
	"strings"
)

// keptVariables are the variables of git that concern the machine or the person, and not
// the repository. All others are removed: within a hook, GIT_DIR and GIT_INDEX_FILE name
// the repository of that hook.
var keptVariables = []string{
	"GIT_ASKPASS", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM",
	"GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY",
}

// removedVariables move the files that composer reads and writes elsewhere.
var removedVariables = []string{"COMPOSER", "COMPOSER_VENDOR_DIR", "COMPOSER_BIN_DIR"}

// cleanEnvironment returns the environment without what would lead git or composer to
// other places, and without the settings of benchbus, which may hold passwords.
func cleanEnvironment(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "GIT_CONFIG_COUNT"), strings.HasPrefix(name, "GIT_CONFIG_KEY_"), strings.HasPrefix(name, "GIT_CONFIG_VALUE_"):
			// They hold settings, such as safe.directory, as the files of settings do.
		case strings.HasPrefix(name, "GIT_") && !slices.Contains(keptVariables, name),
			strings.HasPrefix(name, "BENCHBUS_"), slices.Contains(removedVariables, name):
			continue
		}
		kept = append(kept, variable)
	}
	return append(kept, "GIT_TERMINAL_PROMPT=0") // nobody answers
}

// shellQuote returns the text as one word of a shell.
func shellQuote(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-+,:@%", r)
	}) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
