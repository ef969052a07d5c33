module github.com/benchbus/benchbus/examples/embedded

go 1.26.0

replace github.com/benchbus/benchbus => ../..

require github.com/benchbus/benchbus v0.0.0-00010101000000-000000000000
