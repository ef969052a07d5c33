package broker

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// Account is a user of the vhost /. The password is the user's name. Configure, Write
// and Read are permissions, as regular expressions of names.
type Account struct{ User, Configure, Write, Read string }

// AddAccounts creates the accounts. It takes all at once, because a call of rabbitmqctl
// is slow.
func (n *Node) AddAccounts(accounts ...Account) error {
	type object map[string]any
	var users, permissions []object
	for _, a := range accounts {
		const salt = "salt"
		hash := sha256.Sum256([]byte(salt + a.User))
		users = append(users, object{
			"name": a.User, "password_hash": append([]byte(salt), hash[:]...),
			"hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "",
		})
		permissions = append(permissions, object{
			"user": a.User, "vhost": "/", "configure": a.Configure, "write": a.Write, "read": a.Read,
		})
	}
	text, err := json.Marshal(object{"users": users, "permissions": permissions})
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "benchbus-accounts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "definitions.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	_, err = n.Ctl("import_definitions", file)
	return err
}

// As returns the node's address for that user.
func (n *Node) As(user string) string { return strings.Replace(n.URL, "guest:guest", user+":"+user, 1) }
