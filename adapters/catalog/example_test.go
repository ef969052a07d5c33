package catalog_test

import (
	"fmt"
	"testing/fstest"

	"github.com/benchbus/benchbus/adapters/catalog"
)

// A service adds its own definitions to the built-in ones.
func Example() {
	own, err := catalog.LoadFS(fstest.MapFS{"greet.yaml": {Data: []byte(`
slug: greet
name: Greet
category: ours
phpVersions: [8.2, 8.4]
code: $result = 'Hello, ' . 'World';
`)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	builtin, err := catalog.Builtin()
	if err != nil {
		fmt.Println(err)
		return
	}
	all := builtin.Merge(own)
	for _, name := range []string{"greet", "Loop", "lop"} {
		b, err := all.Find(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(b.Slug, b.Runtimes[len(b.Runtimes)-1])
	}
	// Output:
	// greet php84
	// loop php85
	// there is no benchmark "lop"; did you mean loop?
}
