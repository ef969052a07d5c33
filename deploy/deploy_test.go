// Package deploy_test holds the files of this folder against the program and
// against what will read them.
package deploy_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/benchbus/benchbus/scripts/broker"
)

const patience = time.Minute

// program builds benchbus into a folder of its own.
func program(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "benchbus")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/benchbus").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// tool finds a program, or says which package has it.
func tool(t *testing.T, name, debian string) string {
	path, err := exec.LookPath(name)
	require.NoError(t, err, "%s is missing; Debian's package %s has it", name, debian)
	return path
}

func read(t *testing.T, file string) string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

// Every flag and variable in the files is one of the program's.
func TestTheFilesNameFlagsThatThereAre(t *testing.T) {
	help, err := exec.Command(program(t), "worker", "--help").CombinedOutput()
	require.NoError(t, err, string(help))
	flag := regexp.MustCompile(`--[a-z-]+`)
	variable := regexp.MustCompile(`BENCHBUS_[A-Z_]+`)
	for _, file := range []string{
		"systemd/benchbus-worker@.service", "systemd/worker.env", "supervisor/supervisord.conf", "docker/docker-compose.yml", "docker/Dockerfile",
	} {
		found := 0
		for line := range strings.Lines(read(t, file)) {
			if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";") {
				continue
			}
			if strings.Contains(line, "worker") && !strings.Contains(line, "COPY") {
				for _, name := range flag.FindAllString(line, -1) {
					require.Contains(t, string(help), name+" ", "%s: %s", file, line)
					found++
				}
			}
			for _, name := range variable.FindAllString(line, -1) {
				name = "--" + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "BENCHBUS_")), "_", "-")
				require.Contains(t, string(help), name+" ", "%s: %s", file, line)
				found++
			}
		}
		if file != "docker/Dockerfile" {
			require.Positive(t, found, file)
		}
	}
}

func TestTheUnitIsValid(t *testing.T) {
	verify := tool(t, "systemd-analyze", "systemd")
	dir := t.TempDir()
	unit := strings.ReplaceAll(read(t, "systemd/benchbus-worker@.service"), "/usr/local/bin/benchbus", program(t))
	unit = strings.ReplaceAll(unit, "User=benchbus", "User=root") // one that is there
	path := filepath.Join(dir, "benchbus-worker@1.service")
	require.NoError(t, os.WriteFile(path, []byte(unit), 0o644))
	out, err := exec.Command(verify, "verify", "--man=no", path).CombinedOutput()
	require.NoError(t, err, string(out))
	for line := range strings.Lines(string(out)) {
		require.NotContains(t, line, "benchbus-worker", "systemd-analyze verify")
	}
}

func TestSupervisordRunsFourWorkers(t *testing.T) {
	url := broker.URL(t)
	supervisord, supervisorctl := tool(t, "supervisord", "supervisor"), tool(t, "supervisorctl", "supervisor")
	dir := t.TempDir()
	conf := filepath.Join(dir, "supervisord.conf")
	ports := freePorts(t)
	text := strings.ReplaceAll(read(t, "supervisor/supervisord.conf"), "127.0.0.1:918", "127.0.0.1:"+ports)
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bus"), []byte(url+"\n"), 0o600))
	runtimes, err := filepath.Abs("../.runtimes") // a worker without any PHP ends at once
	require.NoError(t, err)
	environment := append(os.Environ(), "BENCHBUS_BUS=", "BENCHBUS_NAMESPACE=deploy-test", "BENCHBUS_RUNTIMES_DIR="+runtimes,
		"PATH="+filepath.Dir(program(t))+":"+os.Getenv("PATH"))
	cmd := exec.Command(supervisord, "-c", conf)
	cmd.Env, cmd.Dir = environment, dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ctl := func(args ...string) string {
		out, _ := exec.Command(supervisorctl, append([]string{"-c", conf}, args...)...).CombinedOutput() // its code tells of stopped programs too
		return string(out)
	}
	t.Cleanup(func() { // its workers have process groups of their own, so it has to end them
		ctl("shutdown")
		select {
		case err := <-ended:
			ended <- err
		case <-time.After(patience):
			_ = cmd.Process.Kill()
		}
	})
	until(t, "four workers that are ready", func() bool {
		for _, port := range []string{ports + "1", ports + "2", ports + "3", ports + "4"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
			require.NoError(t, err)
			response, err := http.DefaultClient.Do(request)
			cancel()
			if err != nil {
				return false
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return false
			}
		}
		return true
	})
	until(t, "four running workers", func() bool { return strings.Count(ctl("status"), "RUNNING") == 4 })
	ctl("stop", "all")
	until(t, "four workers to stop", func() bool { return strings.Count(ctl("status"), "STOPPED") == 4 })
	for _, n := range []string{"1", "2", "3", "4"} {
		require.Contains(t, read(t, filepath.Join(dir, "worker-"+n+".log")), "a signal came")
	}
	ctl("shutdown")
	select {
	case err := <-ended:
		ended <- err
		require.NoError(t, err, out.String())
	case <-time.After(patience):
		require.FailNow(t, "supervisord does not end")
	}
}

// freePorts returns the beginning of the numbers of some ports that are free.
func freePorts(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port / 10)
}

// until waits until the condition holds; nobody tells when it does.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !condition(); <-tick.C {
		require.True(t, time.Now().Before(end), "waited in vain for %s", what)
	}
}

// service is what the test reads of a compose file.
type service struct {
	Image       string
	Build       struct{ Context, Dockerfile string }
	Entrypoint  []string
	Command     []string
	Secrets     []string
	Environment map[string]string
	Ports       []string
	Healthcheck struct{ Test []string }
	Deploy      struct{ Replicas int }
	StopGrace   string                                `yaml:"stop_grace_period"`
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
}

func TestTheComposeFile(t *testing.T) {
	var file struct {
		Services map[string]service
		Volumes  map[string]any
		Secrets  map[string]struct{ File string }
	}
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "docker/docker-compose.yml")))
	require.NoError(t, decoder.Decode(&file))
	require.Len(t, file.Services, 2)
	example := read(t, "docker/.env.example")
	for name, s := range file.Services {
		require.True(t, s.Image != "" || s.Build.Dockerfile != "", name)
		require.NotEmpty(t, s.Healthcheck.Test, name)
		for _, port := range s.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s publishes %s to everybody", name, port)
		}
		for key, value := range s.Environment {
			for _, variable := range regexp.MustCompile(`\$\{([A-Z_]+)`).FindAllStringSubmatch(value, -1) {
				require.Contains(t, example, variable[1]+"=", "%s.%s", name, key)
			}
			if strings.Contains(key, "PASS") {
				require.True(t, strings.HasPrefix(value, "${"), "%s.%s is written out", name, key)
			}
		}
	}
	worker := file.Services["worker"]
	require.Equal(t, []string{"bus"}, worker.Secrets)
	require.FileExists(t, filepath.Join("docker", file.Secrets["bus"].File+".example"))
	require.Equal(t, 4, worker.Deploy.Replicas)
	require.Equal(t, "service_healthy", worker.DependsOn["rabbitmq"].Condition)
	grace, err := time.ParseDuration(worker.StopGrace)
	require.NoError(t, err)
	require.Greater(t, grace, 25*time.Minute)
	require.FileExists(t, filepath.Join("docker", worker.Build.Context, worker.Build.Dockerfile))
}

// The worker of the compose file reads what root alone can open.
func TestTheEntrypointOpensTheSecretAsRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can become another user")
	}
	var file struct{ Services map[string]service }
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "docker/docker-compose.yml")), &file))
	dir, err := os.MkdirTemp("", "benchbus-test-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o755))
	secret := filepath.Join(dir, "bus")
	require.NoError(t, os.WriteFile(secret, []byte("amqp://secret"), 0o600))
	fake := "#!/bin/sh\nid -u\ncat\necho\ncat " + secret + " 2>/dev/null || echo closed\necho \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "benchbus"), []byte(fake), 0o755))
	worker := file.Services["worker"]
	line := append(worker.Entrypoint, worker.Command...)
	for i := range line {
		line[i] = strings.NewReplacer("$$", "$", "/run/secrets/bus", secret, "--reuid benchbus --regid benchbus", "--reuid 65534 --regid 65534").Replace(line[i])
	}
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, "65534\namqp://secret\nclosed\n"+strings.Join(worker.Command, " ")+"\n", string(out))
}
