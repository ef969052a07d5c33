module github.com/benchbus/benchbus/examples/fleet

go 1.26.0
