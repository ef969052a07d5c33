package benchbus

import (
	"fmt"
	"os"
	"runtime"

	"github.com/benchbus/benchbus/domain"
)

// machine is a probe that knows only what the standard library knows. The probe of
// adapters/host knows more, and needs golang.org/x/sys for that.
type machine struct{}

var _ domain.HostProbe = machine{}

func (machine) Host() domain.Host {
	name, err := os.Hostname()
	if err != nil {
		name = "unknown"
	}
	cores := runtime.NumCPU()
	return domain.Host{
		Key: fmt.Sprintf("%s-%s-%d", runtime.GOOS, runtime.GOARCH, cores), Name: name,
		OS: runtime.GOOS, Arch: runtime.GOARCH, Cores: cores,
	}
}

func (machine) Watch() func() domain.Load { return func() domain.Load { return domain.Load{} } }
