// Package application holds the use cases: the [Runner] that dispatches a run
// and accounts for it, the [Worker] that executes its iterations, [Embed] that
// runs both in one process, what people ask of the stored runs, and what they ask of
// those who live: [Available], [Status], [QueryFleet].
//
// It knows the ports of package domain and no technology.
package application
