package phpbench_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFilesOfParents(t *testing.T) {
	t.Parallel()
	s := read(t, map[string]string{
		"phpbench.json":      `{"runner.path": ["b", "c"], "runner.bootstrap": "load.php"}`,
		"load.php":           `<?php spl_autoload_register(function ($class) { foreach (array('b', 'c', 'src') as $d) { if (is_file($f = __DIR__ . "/$d/$class.php")) { require $f; } } });`,
		"b/OneBench.php":     `<?php class OneBench extends Base { use OwnTrait; function benchOne() {} }`,
		"b/Base.php":         `<?php abstract class Base extends Production { use OtherTrait; }`,
		"c/OwnTrait.php":     `<?php trait OwnTrait { }`,
		"c/OtherTrait.php":   `<?php trait OtherTrait { use InnerTrait; }`,
		"c/InnerTrait.php":   `<?php trait InnerTrait { }`,
		"src/Production.php": `<?php class Production { }`,
		"b/TwoBench.php":     `<?php class TwoBench { function benchTwo() {} }`,
	})
	require.Empty(t, s.Refused)
	require.ElementsMatch(t, []string{"b/Base.php", "c/OwnTrait.php", "c/OtherTrait.php", "c/InnerTrait.php"}, s.Details["one.one"].Parents)
	require.Empty(t, s.Details["two.two"].Parents)
}
