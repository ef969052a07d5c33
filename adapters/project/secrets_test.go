package project

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecrets(t *testing.T) {
	t.Parallel()
	const private, public = "=-----BEGIN RSA PRIVATE KEY-----", "=-----BEGIN CERTIFICATE-----"
	committed := []string{".env=APP_ENV=dev", ".env.test", ".env.local", ".env.prod.local", "config/server.key" + private, "config/server.pem" + private, "ca.pem" + public,
		"auth.json={\"http-basic\": {}}", "lang/auth.json={\"title\": \"Log in\"}", "vendor/x/tests/server.key" + private, ".npmrc=save-exact=true"}
	files := []string{".env.dev", ".env.example", ".env.dist", "app.env", "sub/.env", "id_rsa", "id_rsa.pub", "id_ed25519_work", ".ssh/config", "home/.aws/credentials",
		"store.p12", "STORE.PFX", "der.key=\x00\x01", "words.key=C major", ".netrc", "sub/.npmrc=//registry/:_authToken=x"}
	f := newRepository(t, committed...)
	f.write(files...)
	tree := workingTree(t, f.open(Config{}))
	require.Equal(t, []string{".env", ".env.dist", ".env.example", ".env.test", ".npmrc", "app.env", "ca.pem", "id_rsa.pub", "lang/auth.json", "vendor/x/tests/server.key", "words.key"}, tree.Files)
	require.Equal(t, []string{"left out, since they may hold secrets: .env.dev, .env.local, .env.prod.local, .netrc, .ssh/config and 11 more; --include PATTERN takes some of them, --allow-secrets all"}, tree.Notes)

	tree = workingTree(t, f.open(Config{Include: []string{"config/*.pem", "*.key", "nothing"}, Exclude: []string{"vendor/x", ".*", "no thing"}}))
	require.Equal(t, []string{"app.env", "ca.pem", "config/server.key", "config/server.pem", "der.key", "id_rsa.pub", "lang/auth.json", "words.key"}, tree.Files)
	require.Equal(t, []string{
		"left out, since they may hold secrets: STORE.PFX, auth.json, id_ed25519_work, id_rsa, store.p12; --include PATTERN takes some of them, --allow-secrets all",
		"--exclude 'no thing' matches no file",
		"--include nothing matches no file",
	}, tree.Notes)

	tree = workingTree(t, f.open(Config{AllowSecrets: true}))
	require.Len(t, tree.Files, len(committed)+len(files))
	require.Empty(t, tree.Notes)

	tree = revision(t, f.open(Config{}), "main")
	require.Equal(t, []string{".env", ".env.test", ".npmrc", "ca.pem", "lang/auth.json", "vendor/x/tests/server.key"}, tree.Files)
}
