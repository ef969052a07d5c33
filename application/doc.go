// Package application holds the use cases. A [Runner] dispatches a run and accounts for
// it. A [Worker] executes its iterations. [Embed] runs both in one process. Further
// functions answer what people ask about stored runs, and about workers and runners
// that are alive: [Available], [Status], [QueryFleet].
//
// It knows the ports of package domain and no technology.
package application
