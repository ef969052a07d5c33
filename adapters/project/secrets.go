package project

import (
	"bytes"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// secretFolders hold credentials by convention.
var secretFolders = []string{".aws", ".ssh", ".gnupg", ".kube", ".azure", ".gcloud"}

// secretNames are patterns of files that hold credentials whatever is in them.
var secretNames = []string{
	"*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "*.tfstate",
	".netrc", ".pgpass", ".my.cnf", ".htpasswd", ".git-credentials", ".pypirc",
	"id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*",
}

// secretContents are files that hold credentials if one of the texts is in them: the same
// name is common for what is no secret, such as a certificate.
var secretContents = []struct {
	name  string
	texts []string
}{
	{"*.pem", []string{"PRIVATE KEY"}},
	{"*.key", []string{"PRIVATE KEY", "\x00"}},
	{"auth.json", []string{`"http-basic"`, `"bearer"`, `"github-oauth"`, `"gitlab-oauth"`, `"gitlab-token"`, `"bitbucket-oauth"`, `"custom-headers"`}},
	{".npmrc", []string{"_auth", "_password"}},
	{".yarnrc.yml", []string{"npmAuthToken", "npmAuthIdent"}},
}

// examples are the endings of .env files that are templates for others.
var examples = []string{"example", "dist", "sample", "template", "defaults"}

// maxSecretBytes is how much of a file is searched for a secret.
const maxSecretBytes = 64 << 10

// isSecret reports whether the file may hold credentials. Committed says that it is part of
// a revision: a .env that is committed holds defaults by convention, and the project does
// not start without it; what holds secrets then is .env.local.
func isSecret(root, file string, info os.FileInfo, committed bool) bool {
	parts := strings.Split(strings.ToLower(file), "/")
	name := parts[len(parts)-1]
	for _, folder := range parts[:len(parts)-1] {
		if slices.Contains(secretFolders, folder) {
			return true
		}
	}
	if name == ".env" || strings.HasPrefix(name, ".env.") {
		ending := name[strings.LastIndexByte(name, '.')+1:]
		return !slices.Contains(examples, ending) && (!committed || ending == "local")
	}
	for _, pattern := range secretNames {
		if ok, _ := path.Match(pattern, name); ok {
			return !strings.HasSuffix(name, ".pub")
		}
	}
	for _, s := range secretContents {
		if ok, _ := path.Match(s.name, name); ok {
			// What a link leads to is looked at in its own place, if it is in the project.
			return info.Mode().IsRegular() && holds(root, file, s.texts)
		}
	}
	return false
}

// holds reports whether one of the texts is in the beginning of the file. What cannot be
// read may hold anything.
func holds(root, file string, texts []string) bool {
	text, err := beginning(root, file, maxSecretBytes)
	return err != nil || slices.ContainsFunc(texts, func(t string) bool { return bytes.Contains(text, []byte(t)) })
}

// beginning reads up to so many bytes of a file of the project.
func beginning(root, file string, most int64) ([]byte, error) {
	f, err := os.Open(localPath(root, file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
