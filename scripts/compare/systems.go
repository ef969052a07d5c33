package main

import "context"

// system is a job system that can be measured.
type system struct {
	name    string
	broker  bool         // it needs the broker of -amqp
	check   func() error // returns an error if the server program is not installed
	measure func(context.Context, settings, report) error
}

var systems = []system{
	{name: "asynq", check: redisCheck, measure: measureAsynq},
	{name: "river", check: postgresCheck, measure: measureRiver},
	{name: "amqp", broker: true, check: nothing, measure: measureAMQP},
	{name: "watermill", broker: true, check: nothing, measure: measureWatermill},
}

func nothing() error { return nil }
