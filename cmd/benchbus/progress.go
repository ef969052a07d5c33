package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/benchbus/benchbus/application"
	"github.com/benchbus/benchbus/domain"
)

// plainEvery is the least time between two lines if no bar can be drawn.
const plainEvery = 10 * time.Second

// clearLine clears the line of the bar, and so also the ^C that a terminal shows after
// it.
const clearLine = "\r\x1b[2K"

// progress shows on stderr the progress of a run, with a bar on a terminal and with
// plain lines otherwise. All other output to stderr goes through it too, so that it is
// cleaned and does not run into the bar.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	draws bool
	drawn bool // the cursor is behind the bar
	began domain.RunEvent
	shown time.Time
	waits []domain.RuntimeName // the runtimes that the run waits for, by the last event
}

func newProgress(out io.Writer) *progress { return &progress{out: out, draws: canDraw(out)} }

// Write clears the bar and writes the text. The next event draws the bar again.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return cleaned{p.out}.Write(text)
}

// event shows an event. It is a runner's OnEvent.
func (p *progress) event(e domain.RunEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e.Schema == domain.SchemaRunStarted:
		p.began, p.shown = e, e.At
		fmt.Fprintf(cleaned{p.out}, "run %s: %s\n", e.RunID, count(e.Planned, "iteration"))
	case e.Schema != domain.SchemaRunProgress:
		p.clear()
		fmt.Fprintf(cleaned{p.out}, "run %s is %s: %v\n", e.RunID, e.State, e.Counts)
		return
	}
	text := fmt.Sprintf("done %d, failed %d, planned %d%s", e.Done, e.Failed, e.Planned, p.rate(e))
	news := !slices.Equal(e.WaitsFor, p.waits)
	p.waits = e.WaitsFor
	switch {
	case p.draws:
		fmt.Fprint(p.out, clearLine, bar(application.Settled(e.Counts), e.Planned, text, cmp.Or(columns(p.out), 80)))
		p.drawn = true
	case news || e.At.Sub(p.shown) >= plainEvery:
		p.shown = e.At
		fmt.Fprintln(p.out, text)
	}
}

func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.out, clearLine)
		p.drawn = false
	}
}

// rate returns the rate and the time that is left, or the runtimes that the run waits
// for.
func (p *progress) rate(e domain.RunEvent) string {
	if len(e.WaitsFor) > 0 {
		return ", waiting for a worker with " + join(e.WaitsFor)
	}
	pace, ok := application.PaceBetween(p.began, e)
	if !ok {
		return ""
	}
	return fmt.Sprintf(", %.1f iterations/s, %v left", pace.PerSecond, pace.Left.Round(time.Second))
}

// bar returns a line with the settled share, in percent and, if there is room, as a
// bar, and with the text. It leaves room for a ^C.
func bar(settled, planned int, text string, columns int) string {
	share := 1.0
	if planned > 0 {
		share = float64(settled) / float64(planned)
	}
	line := fmt.Sprintf("%3.0f %%", 100*share)
	if room := min(columns-len(line)-len(text)-len(" [] ^C"), 30); room >= 5 {
		full := int(share * float64(room))
		line += " [" + strings.Repeat("=", full) + strings.Repeat(" ", room-full) + "]"
	}
	line += " " + text
	return line[:min(len(line), max(columns-2, 0))]
}
