package topics_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/domain"
)

func TestNames(t *testing.T) {
	n := topics.Names{}.WithDefaults()
	require.Equal(t, "benchbus.commands", n.Commands())
	n = topics.Names{Namespace: "my.own", Queue: "gpu"}
	for name, kind := range map[string]topics.Kind{
		n.Commands():                      topics.Commands,
		n.Commands() + ".delay.1000":      topics.Commands,
		"my.own.commands":                 topics.Commands,
		n.Failed():                        topics.Failed,
		n.Failed() + ".x":                 topics.Other,
		n.Replies("r.1"):                  topics.Replies,
		"my.own.replies.":                 topics.Other,
		n.Events(domain.SubjectWorkers):   topics.Events,
		"my.own.events":                   topics.Other,
		n.Watch("x"):                      topics.Other,
		n.Unroutable():                    topics.Unroutable,
		n.Cancelled("r"):                  topics.Other,
		"my.own.commandsx":                topics.Other,
		"other.failed":                    topics.Other,
		"my.own":                          topics.Other,
		"my.own.unroutable.x":             topics.Other,
		"x." + n.Failed():                 topics.Other,
		strings.ToUpper(n.Failed()):       topics.Other,
		"my.own.events.requests.and.more": topics.Events,
	} {
		require.Equal(t, kind, n.KindOf(name), name)
	}
	require.Equal(t, "my.own.commands.gpu", n.Commands())
	require.Equal(t, "my.own.replies.r.1", n.Replies("r.1"))
	require.Equal(t, "my.own.events.workers", n.Events(domain.SubjectWorkers))
}

func TestNamesAreChecked(t *testing.T) {
	require.NoError(t, topics.Names{Namespace: "a.b-c_D9", Queue: "gpu_1-x"}.Validate())
	for _, wrong := range []string{"", "a b", "ä", strings.Repeat("x", 101), "a/b", "a*"} {
		require.ErrorContains(t, topics.Names{Namespace: wrong}.Validate(), "namespace", wrong)
	}
	for _, wrong := range []string{"a.b", "a b", "ä", strings.Repeat("x", 101)} {
		require.ErrorContains(t, topics.Names{Namespace: "n", Queue: wrong}.Validate(), "queue", wrong)
	}
}
