package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// DefaultPath is where the store is kept when nobody says otherwise:
// benchbus/benchbus.db in the user's data folder, which is $XDG_DATA_HOME or
// ~/.local/share, and on macOS and Windows what is usual there.
func DefaultPath() (string, error) {
	data := os.Getenv("XDG_DATA_HOME")
	if !filepath.IsAbs(data) { // as its specification wants it
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
