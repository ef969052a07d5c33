package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/scripts/broker"
)

// An account with the permissions of docs/fleet.md can do what docs/fleet.md says, and
// no more.
func TestLeastPrivileges(t *testing.T) {
	node := broker.Controlled(t)
	c := newFleetCLI(t)
	namespace := os.Getenv("BENCHBUS_NAMESPACE")
	c.accounts(node, namespace)
	as := func(account string, args ...string) []string {
		return append(args, "--bus", node.As(account+"-"+namespace))
	}
	allowed := func(account string, args ...string) (stdout string) {
		t.Helper()
		code, stdout, stderr := c.run(as(account, args...)...)
		require.Zero(t, code, "%s %v: %s", account, args, stderr)
		return stdout
	}
	refused := func(permission, account string, args ...string) {
		t.Helper()
		code, _, stderr := c.run(as(account, args...)...)
		require.Equal(t, exitUnavailable, code, "%s %v: %s", account, args, stderr)
		require.Contains(t, stderr, "the broker refuses access: user \""+account+"-"+namespace+"\" lacks the permission to "+permission)
	}
	run := func(more ...string) []string {
		return append([]string{"run", "--test=quick", "--catalog", c.catalog, "--php-version=php84", "--samples=1", "--iterations=2"}, more...)
	}

	refused(`configure exchange "`+namespace+`.events.`, "operator", "status")
	refused(`configure queue "`, "administrator", "setup", "--namespace=other")
	allowed("administrator", "setup")

	watch := c.start(as("operator", "watch")...)
	c.until("the watcher", func() bool { return strings.Contains(watch.stderr.String(), "watching") })
	worker := c.start(as("worker", "worker", "--name=one")...)
	waited := strings.TrimSpace(allowed("dispatcher", run("--detach")...))
	require.Contains(t, allowed("dispatcher", "wait", waited), "done 2")
	require.Contains(t, allowed("dispatcher", run()...), "done 2")
	require.Contains(t, allowed("operator", "status"), "one")
	c.until("the events", func() bool { return strings.Contains(watch.stdout.String(), "run.completed.v1") })
	require.Zero(t, watch.stop())

	code, _, stderr := c.run(as("dispatcher", "run", "--test=broken", "--catalog", c.catalog, "--php-version=php84", "--iterations=1")...)
	require.Equal(t, exitIncomplete, code, stderr)
	c.until("the failed message", func() bool { return strings.Contains(allowed("operator", "failed", "list"), "code_error") })
	refused(`configure queue "`+namespace+`.replies.`, "operator", "failed", "retry", "--all")
	refused(`read queue "`+namespace+`.failed"`, "worker", "failed", "list")
	refused(`configure queue "`+namespace+`.replies.`, "operator", run("--detach")...)
	allowed("operator", "failed", "remove", "--all")
	require.Zero(t, worker.stop())

	resumed := strings.TrimSpace(allowed("dispatcher", run("--detach")...))
	cancelled := strings.TrimSpace(allowed("dispatcher", run("--detach")...))
	refused(`configure queue "`+namespace+`.cancelled.`, "operator", "cancel", cancelled)
	refused(`configure queue "`+namespace+`.cancelled.`, "worker", "cancel", cancelled)
	allowed("dispatcher", "cancel", cancelled)
	refused(`configure queue "`+namespace+`.replies.`, "worker", "resume", resumed)
	refused(`read queue "`+namespace+`.commands"`, "dispatcher", "worker")
	refused(`read queue "`+namespace+`.commands"`, "operator", "worker")
	c.start(as("worker", "worker", "--name=two")...)
	require.Contains(t, allowed("dispatcher", "resume", resumed), "done 2")
	c.until("the queue to become empty", func() bool { return c.backlog() == 0 })
}

var setPermissions = regexp.MustCompile(`(?m)^rabbitmqctl set_permissions -p VHOST (\w+) '(.*)' '(.*)' '(.*)'$`)

// accounts creates the accounts of docs/fleet.md for a namespace. Each user's name is
// also the password.
func (c *cli) accounts(node *broker.Node, namespace string) {
	text, err := os.ReadFile("../../docs/fleet.md")
	require.NoError(c, err)
	found := setPermissions.FindAllStringSubmatch(string(text), -1)
	require.Len(c, found, 4)
	var accounts []broker.Account
	for _, account := range found {
		for i, pattern := range account {
			account[i] = strings.ReplaceAll(pattern, "benchbus", regexp.QuoteMeta(namespace))
		}
		accounts = append(accounts, broker.Account{
			User: account[1] + "-" + namespace, Configure: account[2], Write: account[3], Read: account[4],
		})
	}
	require.NoError(c, node.AddAccounts(accounts...))
}
