package phpbench

import (
	"strings"
)

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
	// data is the serialized parameters as base64 text. It is empty if there are none.
	data string
}

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
	if c.data != "" {
		parameters = `\unserialize(\base64_decode(` + literal(c.data) + `))`
	}
	out.WriteString(parametersVariable + " = " + parameters + ";\n")
	if c.data != "" {
		out.WriteString("if (!\\is_array(" + parametersVariable + ")) {\n    throw new \\RuntimeException('this PHP cannot read the parameters that another one has serialized');\n}\n")
	}
	out.WriteString(subjectVariable + ` = new \` + c.class + "();\n")
	c.calls(&out, c.before)
	return out.String()
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
	if c.data != "" {
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
