package phpbench

import (
	"fmt"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// maxData is how many bytes of base64 text of parameters a benchmark carries. The rest of
// its setup must have room beside it.
const maxData = domain.MaxCodeBytes - 64<<10

// Names of the variables of the generated code. The subject's own code runs in methods and
// does not see them.
const (
	subjectVariable    = "$__bb_subject"
	parametersVariable = "$__bb_parameters"
)

// call is what one benchmark executes.
type call struct {
	file, class, method     string
	before, after           []string
	beforeClass, afterClass []string
	// parents are the other files under the paths of the suite that the class needs.
	parents []string
	// data is the serialized parameters as base64 text. It is empty if there are none, or
	// if the providers make them in each process.
	data string
	// picks say which sets the providers make in each process.
	picks []pick
}

// pick is one of the sets of a provider, by its place from 0.
type pick struct {
	provider string
	place    int
}

// hasParameters reports whether there are any.
func (c call) hasParameters() bool { return c.data != "" || len(c.picks) > 0 }

// include is the code that loads the class. The file's path begins at the working
// directory, so that the code is the same for every revision and on every machine. A class
// that is declared already may come from the same file by another path, and PHP would
// refuse to declare it again.
func (c call) include() string {
	return `\call_user_func(static function () {
    if (!\class_exists(` + literal(c.class) + `, false)) {
        require_once \getcwd() . ` + literal("/"+c.file) + `;
    }
});
`
}

// quiet is the code that discards what the subject prints, as phpbench does.
const quiet = "\\ob_start(static function () { return ''; }, 4096);\n"

// setup is the code that makes the object and prepares it.
func (c call) setup() string {
	var out strings.Builder
	out.WriteString(quiet + c.include())
	parameters := "array()"
	switch {
	case c.data != "":
		parameters = `\unserialize(\base64_decode(` + literal(c.data) + `))`
	case len(c.picks) > 0:
		parameters = c.provided()
	}
	out.WriteString(parametersVariable + " = " + parameters + ";\n")
	if c.data != "" {
		out.WriteString("if (!\\is_array(" + parametersVariable + ")) {\n    throw new \\RuntimeException('this PHP cannot read the parameters that another one has serialized');\n}\n")
	}
	out.WriteString(subjectVariable + ` = new \` + c.class + "();\n")
	c.calls(&out, c.before)
	return out.String()
}

// provided is the code that lets the providers make the parameters. It stops a generator
// at the set that is wanted.
func (c call) provided() string {
	var picks strings.Builder
	for _, p := range c.picks {
		fmt.Fprintf(&picks, "array(%s, %d), ", literal(p.provider), p.place)
	}
	return `\call_user_func(static function () {
    $object = new \` + c.class + `();
    $parameters = null;
    foreach (array(` + strings.TrimSuffix(picks.String(), ", ") + `) as $pick) {
        $given = \is_callable(array($object, $pick[0])) ? $object->{$pick[0]}() : \call_user_func($pick[0]);
        $place = 0;
        foreach ($given as $set) {
            if ($place++ === $pick[1]) {
                $parameters = $parameters === null ? $set : \array_merge($parameters, $set);
                continue 2;
            }
        }
        throw new \RuntimeException('the provider ' . $pick[0] . ' gives fewer parameter sets than when the suite was read');
    }
    return $parameters;
})`
}

// calls writes calls of methods, which get the parameters, of which there may be none.
func (c call) calls(out *strings.Builder, methods []string) {
	for _, m := range methods {
		out.WriteString(subjectVariable + "->" + m + "(" + parametersVariable + ");\n")
	}
}

// code is the code that is measured. Passing parameters takes time, so that there is
// nothing to pass where there are none.
func (c call) code() string {
	parameters := ""
	if c.hasParameters() {
		parameters = parametersVariable
	}
	return subjectVariable + "->" + c.method + "(" + parameters + ");\n"
}

func (c call) teardown() string {
	var out strings.Builder
	c.calls(&out, c.after)
	return out.String()
}

// hooks is the code that calls static methods of the class, or nothing if there are none.
func (c call) hooks(methods []string) string {
	if len(methods) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString(quiet + c.include())
	for _, m := range methods {
		out.WriteString(`\` + c.class + "::" + m + "();\n")
	}
	return out.String()
}

// literal writes a text in PHP's single quotes.
func literal(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}
