package host_test

import (
	"context"
	"fmt"
	"os"

	"github.com/benchbus/benchbus/adapters/host"
)

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	slots, err := host.NewSlots(host.SlotsConfig{Dir: dir}) // a worker leaves Dir empty: the whole host shares it
	if err != nil {
		fmt.Println(err)
		return
	}
	probe := host.NewProbe()

	cpu, release, err := slots.Acquire(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	end := probe.Watch()
	// Here a process pinned to the core would be measured.
	load := end()
	release()

	fmt.Println("a core:", cpu >= 0)
	fmt.Println("a key of 12 digits:", len(probe.Host().Key) == 12)
	fmt.Println("a share:", load.Steal >= 0 && load.Steal <= 1)
	// Output:
	// a core: true
	// a key of 12 digits: true
	// a share: true
}
