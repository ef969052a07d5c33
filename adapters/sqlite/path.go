package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultPath returns the path of the store if the user names none:
// benchbus/benchbus.db in the user's data folder. That folder is $XDG_DATA_HOME or
// ~/.local/share, and the usual one on macOS and Windows.
func DefaultPath() (string, error) {
	data := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // the XDG specification says to ignore a relative path
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("there is no home folder to keep the store in; name a file: %w", err)
		}
		switch runtime.GOOS {
		case "darwin":
			data = filepath.Join(home, "Library", "Application Support")
		case "windows":
			data = filepath.Join(home, "AppData", "Local")
		default:
			data = filepath.Join(home, ".local", "share")
		}
	}
	return filepath.Join(data, "benchbus", "benchbus.db"), nil
}
