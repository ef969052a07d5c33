package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/benchbus/benchbus/domain"
)

// trace is what processes of one body took, in the order in which they ran.
type trace struct {
	Condition string `json:"condition"`
	Runtime   string `json:"runtime"`
	// Revolutions are those of each batch.
	Revolutions int       `json:"revolutions"`
	Machine     string    `json:"machine"`
	Recorded    time.Time `json:"recorded_at"`
	processes   []process
}

// process is one of them. Times are microseconds, which is the step of the CPU clock.
type process struct {
	// Wall is the whole process, CPU that of user and system.
	Wall, CPU int64
	// Batch and BatchCPU are those of the timed batch.
	Batch, BatchCPU int64
}

func newProcess(s domain.Sample) process {
	return process{s.Wall.Microseconds(), (s.UserCPU + s.SystemCPU).Microseconds(), s.Batch.Microseconds(), s.BatchCPU.Microseconds()}
}

// write compresses the trace into a file named after what was recorded: a line of JSON about
// it, and one of four numbers for each process.
func (t *trace) write(dir string) (err error) {
	file, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d.gz", t.Condition, t.Revolutions)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	packed, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	if err != nil {
		return err
	}
	head, err := json.Marshal(t)
	if err != nil {
		return err
	}
	fmt.Fprintf(packed, "%s\n", head)
	for _, p := range t.processes {
		fmt.Fprintln(packed, p.Wall, p.CPU, p.Batch, p.BatchCPU)
	}
	return packed.Close()
}

// readTraces reads all traces of a folder.
func readTraces(dir string) (traces []*trace, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.gz"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no trace in %s; record one first", dir)
	}
	for _, name := range files {
		t, err := readTrace(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		traces = append(traces, t)
	}
	return traces, nil
}

func readTrace(name string) (*trace, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReader(packed)
	head, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	t := &trace{}
	if err := json.Unmarshal(head, t); err != nil {
		return nil, err
	}
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		var p process
		if _, err := fmt.Sscan(strings.TrimSpace(line), &p.Wall, &p.CPU, &p.Batch, &p.BatchCPU); err != nil {
			return nil, err
		}
		t.processes = append(t.processes, p)
	}
}
