package watermillbus_test

import (
	"context"
	"fmt"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// Any Watermill publisher and subscriber will do; here it is the in-process one.
func Example() {
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		panic(err)
	}
	bus, err := watermillbus.New(transport, transport, watermillbus.Config{})
	if err != nil {
		panic(err)
	}
	defer bus.Close()

	if err := bus.Dispatch(context.Background(), command()); err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	err = bus.Consume(ctx, domain.Consumer{Slots: 1}, handle(func(_ context.Context, cmd domain.ExecuteBenchmark) error {
		fmt.Println(cmd.MessageID(), cmd.Entry.Name())
		stop()
		return nil
	}))
	fmt.Println(err)
	// Output:
	// run/3 loop
	// <nil>
}
