package phpbench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

// ErrNoPath says that neither the configuration nor Config.Paths says where the benchmarks
// are. phpbench's own commands often name the path in place of the configuration.
var ErrNoPath = errors.New("nothing says where the benchmarks are: set runner.path in phpbench.json, or name the path")

// configFiles are where a configuration is looked for.
var configFiles = []string{"phpbench.json", "phpbench.json.dist", "config/phpbench.json", "config/phpbench.json.dist"}

// Configured reports whether the root folder has a configuration.
func Configured(root string) bool {
	return slices.ContainsFunc(configFiles, func(file string) bool {
		_, err := os.Stat(filepath.Join(root, file))
		return err == nil
	})
}

// Read reads the suite of the project in the root folder. It executes the project's
// bootstrap, its benchmark files and their parameter providers, in a process of PHP that
// has nothing of this program's environment but PATH. The error says that there is no
// suite that could be read; what is wrong with a single file or subject is in the suite.
//
// The suite of two revisions with the same benchmarks and parameters is the same, and its
// code holds no path of this machine.
func Read(ctx context.Context, root string, cfg Config) (*Suite, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	suite, n := &Suite{Details: map[string]Details{}}, &notes{}
	file, o, err := readConfig(root, cfg.File, n)
	if err != nil {
		return nil, fmt.Errorf("phpbench: %w", err)
	}
	suite.File = file
	r := &reader{cfg: cfg, root: root, options: o, suite: suite, notes: n}
	if err := r.read(ctx); err != nil {
		return nil, fmt.Errorf("phpbench: %w", err)
	}
	suite.Notes = *n
	return suite, nil
}

// readConfig reads the configuration, if there is one.
func readConfig(root, file string, n *notes) (string, options, error) {
	candidates := configFiles
	if file != "" {
		candidates = []string{file}
	}
	for _, candidate := range candidates {
		content, err := os.ReadFile(filepath.Join(root, candidate))
		if file == "" && errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return "", options{}, fmt.Errorf("the configuration cannot be read: %w", err)
		}
		object, err := parseJSON(candidate, content)
		if err != nil {
			return "", options{}, err
		}
		o, err := readOptions(object, n)
		if err != nil {
			return "", options{}, fmt.Errorf("%s: %w", candidate, err)
		}
		return candidate, o, nil
	}
	return "", defaultOptions(), nil
}

// reader reads one suite.
type reader struct {
	cfg     Config
	root    string
	options options
	suite   *Suite
	notes   *notes

	reflector   *reflector
	interpreter *interpreter
	builder     *builder
	// version is that of the PHP that reads, and attributes says whether it has any.
	version    string
	attributes bool
}

func (r *reader) read(ctx context.Context) (err error) {
	if r.interpreter, err = newInterpreter(r.options); err != nil {
		return err
	}
	files, err := r.files()
	if err != nil {
		return err
	}
	bootstrap, err := r.bootstrap()
	if err != nil {
		return err
	}
	values, err := phpValues(r.options.phpConfig)
	if err != nil {
		return err
	}
	env := environment(r.options.phpEnv, r.notes)
	work, err := os.MkdirTemp("", "benchbus-phpbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r.reflector = &reflector{
		cfg: r.cfg, root: r.root, command: r.cfg.command(values), env: reflectorEnvironment(work, env), bootstrap: bootstrap,
		directives: slices.Sorted(maps.Keys(values)),
	}
	defer r.reflector.close()
	if err := r.reflector.start(ctx); err != nil {
		return err
	}
	r.builder = &builder{cfg: r.cfg, bootstrap: bootstrap, env: env, suite: r.suite, notes: r.notes}
	r.remark(bootstrap, values)
	for _, f := range files {
		if err := r.file(ctx, f); err != nil {
			return err
		}
	}
	r.builder.finish()
	if len(r.suite.Benchmarks)+len(r.suite.Refused)+len(r.suite.Skipped) == 0 {
		return fmt.Errorf("there is no subject in %s: benchmarks are public methods bench… of classes, or those with #[Subject]", strings.Join(r.paths(), ", "))
	}
	return nil
}

// remark takes what the first start of the reflector says of this PHP.
func (r *reader) remark(bootstrap string, values map[string][]string) {
	started, known := r.reflector.started, map[string]bool{}
	for _, name := range started.Known {
		known[name] = true
	}
	r.builder.settings = settings(values, known, r.cfg.MemoryLimit, r.notes)
	if r.builder.runtimes = r.cfg.Runtimes; len(r.cfg.Runtimes) == 0 {
		r.builder.runtimes = []domain.RuntimeName{domain.RuntimeName(started.Name)}
	}
	if started.Printed > 0 {
		r.notes.add(bootstrap, fmt.Sprintf("the bootstrap prints %d bytes, which are discarded", started.Printed))
	}
	if started.Moved {
		r.notes.add(bootstrap, "the bootstrap changes the working directory; benchmarks begin in the root of the project all the same")
	}
	r.version, r.attributes = started.Version, started.Attributes
}

// paths returns the paths of the benchmarks, relative to the root.
func (r *reader) paths() []string {
	if len(r.cfg.Paths) > 0 {
		return slices.Clone(r.cfg.Paths)
	}
	var all []string
	for _, p := range r.options.paths {
		all = append(all, path.Join(path.Dir(r.suite.File), p))
	}
	return all
}

// files finds the files with classes.
func (r *reader) files() ([]candidate, error) {
	paths := r.paths()
	if len(paths) == 0 {
		return nil, ErrNoPath
	}
	for i, p := range paths {
		local, err := localPath(r.root, p)
		if err != nil {
			return nil, err
		}
		paths[i] = local
	}
	var err error
	if r.suite.Paths, err = expand(r.root, paths, r.notes); err != nil {
		return nil, err
	}
	files, err := find(r.root, r.suite.Paths, r.options.filePattern)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("there is no file in %s whose name matches %s and that declares a class which is not abstract", strings.Join(paths, ", "), orDefault(r.options.filePattern, "*.php"))
	}
	return files, err
}

// bootstrap returns the path of the bootstrap, or nothing if there is none. It is relative
// to the root, or else to the configuration's folder.
func (r *reader) bootstrap() (string, error) {
	if r.options.bootstrap == "" {
		return "", nil
	}
	for _, base := range []string{".", path.Dir(r.suite.File)} {
		local, err := localPath(r.root, path.Join(base, r.options.bootstrap))
		if filepath.IsAbs(r.options.bootstrap) {
			local, err = localPath(r.root, r.options.bootstrap)
		}
		if err != nil {
			continue
		}
		if info, err := os.Stat(filepath.Join(r.root, local)); err == nil && !info.IsDir() {
			return local, nil
		}
	}
	return "", fmt.Errorf("the bootstrap %s is not in %s: does composer install make it?", r.options.bootstrap, r.root)
}

// localPath returns the path relative to the root.
func localPath(root, p string) (string, error) {
	if filepath.IsAbs(p) {
		full, err := filepath.Abs(root)
		if err != nil {
			return "", err
		}
		if p, err = filepath.Rel(full, p); err != nil {
			return "", err
		}
		p = filepath.ToSlash(p)
	}
	if p = path.Clean(p); p != "." && !domain.LocalPath(p) {
		return "", fmt.Errorf("the path %s is outside of the project", p)
	}
	return p, nil
}

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
