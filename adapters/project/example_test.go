package project_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/benchbus/benchbus/adapters/project"
)

func Example() {
	dir, err := os.MkdirTemp("", "project")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"Sort.php", ".env"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content"), 0o600); err != nil {
			log.Fatal(err)
		}
	}

	p, err := project.Open(context.Background(), dir, project.Config{})
	if err != nil {
		log.Fatal(err)
	}
	tree, err := p.WorkingTree(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	defer tree.Close()
	fmt.Println(tree.Source.Name, tree.Files)
	for _, note := range tree.Notes {
		fmt.Println(note)
	}
	// Output:
	// working-tree [Sort.php]
	// left out, since they may hold secrets: .env; --include PATTERN takes some of them, --allow-secrets all
}

func ExampleRefs() {
	fmt.Println(project.Refs("main..HEAD"))
	fmt.Println(project.Refs("main...topic"))
	fmt.Println(project.Refs("v1.2"))
	// Output:
	// [main HEAD]
	// [merge-base:main...topic topic]
	// [v1.2]
}
