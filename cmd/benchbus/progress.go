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

// plainEvery is how often a line appears where no bar can be drawn.
const plainEvery = 10 * time.Second

// clearLine also takes away the ^C that a terminal shows behind the bar.
const clearLine = "\r\x1b[2K"

// progress shows on stderr how a run stands: a bar on a terminal, plain lines
// otherwise. It is stderr for everybody else, too, so that what they write does
// not run into the bar, and is cleaned.
type progress struct {
	mu    sync.Mutex
	out   io.Writer
	draws bool
	drawn bool // the cursor stands behind the bar
	began domain.RunEvent
	shown time.Time
	waits []domain.RuntimeName // which the last event said that the run waits for
}

func newProgress(out io.Writer) *progress { return &progress{out: out, draws: canDraw(out)} }

// Write takes the bar away, writes, and leaves it to the next event to come back.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return cleaned{p.out}.Write(text)
}

// event is a runner's OnEvent.
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

// rate tells how quickly it goes, and for how long still, or what the run waits for.
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

// bar is a line that leaves room for a ^C: the share that is settled, in percent
// and as a bar where there is room, and the text.
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
