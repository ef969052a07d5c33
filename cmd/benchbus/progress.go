package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/benchbus/benchbus/domain"
)

// plainEvery is how often a line appears where there is no terminal.
const plainEvery = 10 * time.Second

// progress shows on stderr how a run stands: a bar on a terminal, plain lines
// otherwise. It is stderr for everybody else, too, so that what they write does
// not run into the bar.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	bar      *progressbar.ProgressBar // nil while there is none to see
	began    domain.RunEvent
	shown    time.Time
}

func newProgress(out io.Writer) *progress { return &progress{out: out, terminal: isTerminal(out)} }

// Write takes the bar away, writes, and leaves it to the next event to come back.
func (p *progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Clear() // a bar that cannot be drawn is no reason to stop
	}
	return p.out.Write(text)
}

// event is a runner's OnEvent.
func (p *progress) event(e domain.RunEvent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e.Schema == domain.SchemaRunStarted:
		p.start(e)
	case e.Schema != domain.SchemaRunProgress:
		p.end(e)
	case p.terminal:
		p.bar.Describe(describe(e.Counts))
		_ = p.bar.Set(settled(e.Counts))
	case e.At.Sub(p.shown) >= plainEvery:
		p.shown = e.At
		fmt.Fprintf(p.out, "%s%s\n", describe(e.Counts), p.rate(e))
	}
}

func settled(c domain.Counts) int { return c.Done + c.Failed + c.Cancelled }

func describe(c domain.Counts) string {
	return fmt.Sprintf("done %d, failed %d, planned %d", c.Done, c.Failed, c.Planned)
}

func (p *progress) start(e domain.RunEvent) {
	p.began, p.shown = e, e.At
	fmt.Fprintf(p.out, "run %s: %d iterations\n", e.RunID, e.Planned)
	if !p.terminal {
		return
	}
	p.bar = progressbar.NewOptions(e.Planned,
		progressbar.OptionSetWriter(p.out),
		progressbar.OptionSetDescription(describe(e.Counts)),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("iterations"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30),
		progressbar.OptionClearOnFinish(),
	)
	_ = p.bar.Set(settled(e.Counts))
}

// rate tells how quickly it goes, and for how long still.
func (p *progress) rate(e domain.RunEvent) string {
	passed := e.At.Sub(p.began.At)
	settledNow := settled(e.Counts) - settled(p.began.Counts)
	if passed <= 0 || settledNow <= 0 {
		return ""
	}
	perSecond := float64(settledNow) / passed.Seconds()
	left := time.Duration(float64(e.Outstanding) / perSecond * float64(time.Second))
	return fmt.Sprintf(", %.1f iterations/s, %v left", perSecond, left.Round(time.Second))
}

func (p *progress) end(e domain.RunEvent) {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
	fmt.Fprintf(p.out, "run %s is %s: %v\n", e.RunID, e.State, e.Counts)
}
