package project

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	// DefaultPrepare makes vendor/ without executing code of the project.
	DefaultPrepare = "composer install --no-scripts --no-plugins --no-interaction"
	// PrepareNone turns the preparation off.
	PrepareNone = "none"
)

// Config holds the optional settings of a [Project]; the zero value works.
type Config struct {
	// Prepare is the shell command that is run in each revision before its files are
	// listed. PrepareNone runs nothing. Defaults to DefaultPrepare where there is a
	// composer.json and no vendor/, and to nothing elsewhere.
	Prepare string
	// PHP is the command, with fixed arguments, that the preparation finds as php on its
	// PATH. Defaults to the php of the PATH, if there is one.
	PHP []string
	// PHPVersion is the version of PHP, as text. What was prepared with one version is
	// not used for another. Defaults to no version.
	PHPVersion string
	// CacheDir is the folder that keeps what was prepared. It may be removed at any time
	// at which nothing is prepared. Defaults to benchbus/prepared in the user's folder of
	// caches.
	CacheDir string
	// TempDir is the folder for the files of revisions. Defaults to os.TempDir().
	TempDir string
	// Log gets the output of the preparation. Defaults to discarding it.
	Log io.Writer
	// Exclude are patterns of files that are left out. A pattern without a slash matches
	// the name of a file or folder anywhere, one with a slash the path within the
	// project; * matches within a name, ** any number of folders; what is below a folder
	// that matches, matches. Defaults to none.
	Exclude []string
	// Include are patterns, as those of Exclude, of files that are taken although they
	// may hold secrets. Defaults to none.
	Include []string
	// AllowSecrets takes all files that may hold secrets. Defaults to leaving them out.
	AllowSecrets bool
}

// WithDefaults returns the configuration with its defaults filled in. CacheDir stays empty
// if the user has no folder of caches.
func (c Config) WithDefaults() Config {
	if c.CacheDir == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			c.CacheDir = filepath.Join(dir, "benchbus", "prepared")
		}
	}
	if c.TempDir == "" {
		c.TempDir = os.TempDir()
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	return c
}

func (c Config) validate() error {
	var problems []error
	for _, list := range []struct {
		field    string
		patterns []string
	}{{"Exclude", c.Exclude}, {"Include", c.Include}} {
		for _, p := range list.patterns {
			if err := validPattern(p); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", list.field, err))
			}
		}
	}
	if len(c.PHP) > 0 && c.PHP[0] == "" {
		problems = append(problems, errors.New("PHP: the command is empty; name the php, or leave it out"))
	}
	return errors.Join(problems...)
}
