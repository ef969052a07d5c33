package bundletest_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/bundle"
	"github.com/benchbus/benchbus/adapters/bundletest"
	"github.com/benchbus/benchbus/domain"
)

// Each of these places breaks the contract in one way.
var broken = map[string]func(*bundle.Folder) domain.Bundles{
	"takes nothing":          func(f *bundle.Folder) domain.Bundles { return takesNothing{f} },
	"never ends":             func(f *bundle.Folder) domain.Bundles { return neverEnds{f} },
	"does not check":         func(*bundle.Folder) domain.Bundles { return &unchecked{stored: map[domain.Digest]string{}} },
	"takes missing for lost": func(f *bundle.Folder) domain.Bundles { return lost{f} },
}

type takesNothing struct{ domain.Bundles }

func (takesNothing) Put(context.Context, domain.Digest, io.Reader) error {
	return errors.New("the disk is away")
}

type neverEnds struct{ domain.Bundles }

func (neverEnds) Put(_ context.Context, _ domain.Digest, r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

type unchecked struct{ stored map[domain.Digest]string }

func (u *unchecked) Has(_ context.Context, d domain.Digest) (bool, error) {
	_, has := u.stored[d]
	return has, nil
}

func (u *unchecked) Put(_ context.Context, d domain.Digest, r io.Reader) error {
	text, err := io.ReadAll(r)
	u.stored[d] = string(text)
	return err
}

func (u *unchecked) Open(_ context.Context, d domain.Digest) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(u.stored[d])), nil
}

type lost struct{ domain.Bundles }

func (l lost) Open(ctx context.Context, d domain.Digest) (io.ReadCloser, error) {
	r, err := l.Bundles.Open(ctx, d)
	if errors.Is(err, domain.ErrNoBundle) {
		err = errors.New("lost")
	}
	return r, err
}

const child = "BENCHBUS_BUNDLETEST_CHILD"

// What breaks the contract must fail the suite, and must not stop it.
func TestTheSuiteBites(t *testing.T) {
	if name := os.Getenv(child); name != "" {
		bundletest.Test(t, func(t *testing.T) domain.Bundles {
			folder, err := bundle.NewFolder(t.TempDir())
			require.NoError(t, err)
			return broken[name](folder)
		})
		return
	}
	t.Parallel()
	for name := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			// Other tests of the suite would wait for the end of their context.
			suite := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestTheSuiteBites$/(refused|rightly|complete|there_or_not|no_digest)")
			suite.Env = append(os.Environ(), child+"="+name)
			output, err := suite.CombinedOutput()
			require.NoError(t, ctx.Err(), "the suite did not end")
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "%s", output)
			require.Contains(t, string(output), "--- FAIL: TestTheSuiteBites/")
		})
	}
}
