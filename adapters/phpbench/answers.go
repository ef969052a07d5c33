package phpbench

// The answers of the reflector, as reflector.php writes them.

// failure is part of every answer: what went wrong in the project's code.
type failure struct {
	Error string `json:"error"`
	// Ended says that the process ends in place of an answer.
	Ended bool `json:"ended"`
}

// started describes the process after the bootstrap.
type started struct {
	failure
	Version string `json:"version"`
	// Name is the name of the runtime, such as php84.
	Name string `json:"name"`
	// Attributes says whether this PHP has any.
	Attributes bool `json:"attributes"`
	// Printed is the number of bytes that the bootstrap printed.
	Printed int `json:"printed"`
	// Moved says that the bootstrap changed the working directory.
	Moved bool `json:"moved"`
	// Known are those of the directives asked for that this PHP has.
	Known []string `json:"known"`
}

// reflected describes the class of a file, and then its parents.
type reflected struct {
	failure
	// Conflict says that another file has declared a class of that name.
	Conflict bool `json:"conflict"`
	// Elsewhere says that the class is that of another file nevertheless.
	Elsewhere    bool `json:"elsewhere"`
	Abstract     bool `json:"abstract"`
	Instantiable bool `json:"instantiable"`
	Arguments    int  `json:"arguments"` // that the constructor needs
	// Files are those of the project that the class, its parents and their traits come
	// from, relative to the root.
	Files   []string `json:"files"`
	Classes []class  `json:"classes"`
}

type class struct {
	Name       string      `json:"name"`
	Doc        string      `json:"doc"`
	Attributes []attribute `json:"attributes"`
	// Methods are all of them, those of parents and traits too.
	Methods []method `json:"methods"`
}

type method struct {
	Name       string      `json:"name"`
	Doc        string      `json:"doc"`
	Attributes []attribute `json:"attributes"`
	Static     bool        `json:"static"`
	Public     bool        `json:"public"`
}

type attribute struct {
	Name   string         `json:"name"`
	Values []any          `json:"values"`
	Named  map[string]any `json:"named"`
	Error  string         `json:"error"`
}

// provided holds the parameter sets of a subject.
type provided struct {
	failure
	Sets []set `json:"sets"`
}

type set struct {
	Name string `json:"name"`
	// Data is the base64 text of what PHP serialized.
	Data string `json:"data"`
	// Empty says that there are no parameters in it.
	Empty bool `json:"empty"`
	// Error says why the benchmark cannot carry it.
	Error string `json:"error"`
	// Places are where the providers give it, one of each provider, from 0.
	Places []int `json:"places"`
}

func (f *failure) problem() *failure { return f }
