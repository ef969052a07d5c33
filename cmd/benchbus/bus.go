package main

import (
	"log/slog"
	"strings"

	"github.com/spf13/pflag"

	"github.com/benchbus/benchbus/adapters/inmem"
	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/adapters/topics"
	"github.com/benchbus/benchbus/adapters/watermillbus"
	"github.com/benchbus/benchbus/domain"
)

// busFlags choose the transport of the messages.
type busFlags struct {
	address          string // without white space around it
	file             string
	namespace, queue string
	queueType        string
	ca, cert, key    string
}

// register adds the flags. The default bus is inside the process.
func (b *busFlags) register(flags *pflag.FlagSet) {
	b.address = "memory"
	flags.Var((*address)(&b.address), "bus", "message bus: memory, which is inside this process, or amqp://user:password@host:5672/vhost, amqps:// for TLS")
	b.registerRest(flags)
}

// registerRemote adds the flags of a command that needs a broker.
func (b *busFlags) registerRemote(flags *pflag.FlagSet) {
	flags.Var((*address)(&b.address), "bus", "message bus: amqp://user:password@host:5672/vhost, amqps:// for TLS")
	b.registerRest(flags)
}

func (b *busFlags) registerRest(flags *pflag.FlagSet) {
	flags.StringVar(&b.file, "bus-file", "", "file that holds the value of --bus, so that the password is seen nowhere; - is standard input")
	flags.StringVar(&b.namespace, "namespace", topics.DefaultNamespace, "begins the names of all queues; the same for all who belong together")
	flags.StringVar(&b.queue, "queue", "", "queue of commands apart from the common one, such as gpu")
	flags.StringVar(&b.queueType, "queue-type", string(rabbitmq.QueueAuto), "how the broker keeps the queues: quorum, classic, or auto, which is quorum where the broker has it")
	flags.StringVar(&b.ca, "bus-ca", "", "PEM file of the authority that signed the broker's certificate (default: the system's)")
	flags.StringVar(&b.cert, "bus-cert", "", "PEM file of the client's certificate")
	flags.StringVar(&b.key, "bus-key", "", "PEM file of its key")
}

// commands returns the name of the queue of commands that the flags choose.
func (b *busFlags) commands() string {
	return topics.Names{Namespace: b.namespace, Queue: b.queue}.Commands()
}

// remote reports whether the bus is a broker's, so that workers are other processes.
func (b *busFlags) remote() bool { return b.address != "memory" }

func (b *busFlags) open(logger *slog.Logger) (domain.Bus, error) {
	if b.remote() {
		return b.dialBus(logger)
	}
	if err := b.checkNames(); err != nil {
		return nil, err
	}
	transport, err := inmem.New(inmem.Config{Namespace: b.namespace})
	if err != nil {
		return nil, err
	}
	return usable(watermillbus.New(transport, transport, b.config(logger)))
}

// dialBus opens the bus of a command that needs a broker.
func (b *busFlags) dialBus(logger *slog.Logger) (domain.Bus, error) {
	transport, err := b.dial(logger)
	if err != nil {
		return nil, err
	}
	return usable(watermillbus.New(transport, transport, b.config(logger)))
}

func (b *busFlags) config(logger *slog.Logger) watermillbus.Config {
	return watermillbus.Config{Queue: b.queue, Logger: logger}
}

// usable returns the bus, or err as a usage error, because only the flags can have
// caused it.
func usable(bus *watermillbus.Bus, err error) (domain.Bus, error) {
	if err != nil {
		return nil, usage(err)
	}
	return bus, nil
}

// dial connects to the broker.
func (b *busFlags) dial(logger *slog.Logger) (*rabbitmq.Transport, error) {
	switch scheme, _, _ := strings.Cut(b.address, ":"); scheme { // the errors show only this: the rest may hold a password
	case "amqp", "amqps":
	case "":
		return nil, usagef("say where the broker is: --bus amqp://user:password@host:5672/, a --bus-file that holds it, or either in the environment: BENCHBUS_BUS, BENCHBUS_BUS_FILE")
	case "memory":
		return nil, usagef("--bus memory is inside one process; this needs a broker: --bus amqp://user:password@host:5672/")
	default:
		return nil, usagef("--bus %q is not known; there are memory, amqp:// and amqps://", scheme)
	}
	if _, host, _ := strings.Cut(b.address, "://"); strings.Contains(behindHost(host), "@") {
		return nil, usagef("an @ behind the host of --bus makes it ambiguous; percent-encode it, as %%40 in the vhost or the password, and a / of the password as %%2F")
	}
	if err := b.checkNames(); err != nil {
		return nil, err
	}
	cfg := rabbitmq.Config{URL: b.address, Namespace: b.namespace, QueueType: rabbitmq.QueueType(b.queueType), Logger: logger}
	if b.ca != "" || b.cert != "" || b.key != "" {
		settings, err := rabbitmq.TLS(b.ca, b.cert, b.key)
		if err != nil {
			return nil, usage(err)
		}
		cfg.Connection.TLSConfig = settings
	}
	if err := cfg.Validate(); err != nil {
		return nil, usage(err)
	}
	transport, err := rabbitmq.New(cfg)
	if err != nil {
		return nil, unavailable(err)
	}
	return transport, nil
}

// behindHost returns what follows the host in an address without its scheme.
func behindHost(address string) string {
	return address[min(len(address), 1+strings.IndexAny(address+"/", "/?#")):]
}
