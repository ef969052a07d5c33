package inmem_test

import (
	"context"
	"fmt"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/benchbus/benchbus/adapters/inmem"
)

func Example() {
	transport, err := inmem.New(inmem.Config{})
	if err != nil {
		panic(err)
	}
	defer transport.Close()

	// A message waits until there is a subscriber …
	if err := transport.Publish("jobs", message.NewMessage("1", []byte("hello"))); err != nil {
		panic(err)
	}
	// … and goes to one of them.
	messages, err := transport.Subscribe(context.Background(), "jobs")
	if err != nil {
		panic(err)
	}
	msg := <-messages
	fmt.Println(msg.UUID, string(msg.Payload))
	msg.Ack()
	// Output: 1 hello
}
