package project

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// composerFile is what matters here of a composer.json.
type composerFile struct {
	Autoload    autoload `json:"autoload"`
	AutoloadDev autoload `json:"autoload-dev"`
	Config      struct {
		VendorDir     string `json:"vendor-dir"`
		Optimize      bool   `json:"optimize-autoloader"`
		Authoritative bool   `json:"classmap-authoritative"`
	} `json:"config"`
	// Repositories are a list or an object.
	Repositories json.RawMessage `json:"repositories"`
}

type autoload struct {
	PSR4     json.RawMessage `json:"psr-4"`
	PSR0     json.RawMessage `json:"psr-0"`
	Classmap json.RawMessage `json:"classmap"`
	Files    json.RawMessage `json:"files"`
}

func (a autoload) hasClassmap() bool {
	return len(a.Classmap) > 0 && !slices.Contains([]string{"[]", "{}", "null"}, string(a.Classmap))
}

// readComposer reads the composer.json of a folder. What cannot be read is as if it were
// empty, since composer itself says better what is wrong with it.
func readComposer(dir string) composerFile {
	var c composerFile
	text, err := os.ReadFile(filepath.Join(dir, "composer.json"))
	if err == nil {
		_ = json.Unmarshal(text, &c)
	}
	return c
}

// vendorDir returns the folder that composer installs to, relative to the project's.
func vendorDir(dir string) string {
	if at := strings.TrimSuffix(readComposer(dir).Config.VendorDir, "/"); domain.LocalPath(at) {
		return at
	}
	return "vendor"
}

// readsSources reports whether what composer installs depends on other files of the
// project: a class map names the classes of the project's own files, and packages of a path
// repository are files of the project.
func (c composerFile) readsSources() bool {
	if c.Autoload.hasClassmap() || c.AutoloadDev.hasClassmap() || c.Config.Optimize || c.Config.Authoritative {
		return true
	}
	type entry struct {
		Type string `json:"type"`
	}
	var list []json.RawMessage
	if json.Unmarshal(c.Repositories, &list) != nil {
		var named map[string]json.RawMessage
		_ = json.Unmarshal(c.Repositories, &named)
		for _, r := range named {
			list = append(list, r)
		}
	}
	for _, raw := range list {
		var e entry // an entry may be false as well
		if json.Unmarshal(raw, &e) == nil && (e.Type == "path" || e.Type == "artifact") {
			return true
		}
	}
	return false
}
