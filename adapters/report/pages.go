package report

import (
	"bufio"
	"fmt"

	"github.com/benchbus/benchbus/domain/stats"
)

// terminalPage writes the report for a terminal. The answer comes last, so that it is
// visible after the rest has scrolled away.
func terminalPage(out *bufio.Writer, r *stats.Report, opts Options) error {
	p := newPage(r, opts)
	heading := func(title string) { fmt.Fprintf(out, "\n%s\n", opts.paint(bold, title)) }
	list := func(title string, items []string) {
		if len(items) > 0 {
			heading(title)
		}
		for _, item := range items {
			fmt.Fprintln(out, Wrap(item, opts.Width, ""))
		}
	}
	table := func(s section) error {
		if err := writeTerminal(out, s.Table, opts); err != nil || s.note == "" {
			return err
		}
		_, err := fmt.Fprintln(out, Wrap(s.note, opts.Width, ""))
		return err
	}
	fmt.Fprintln(out, opts.paint(bold, p.title))
	fmt.Fprintln(out, Wrap(p.subtitle, opts.Width, ""))
	list("Summary", p.summary)
	if len(p.runtimes.Rows) > 0 {
		fmt.Fprintln(out)
		if err := table(p.runtimes); err != nil {
			return err
		}
	}
	for _, s := range p.tables {
		heading(s.title)
		if err := table(s); err != nil {
			return err
		}
	}
	if len(p.warnings) > 0 {
		heading("Warnings")
		for _, w := range p.warnings {
			fmt.Fprintf(out, "%s %s\n", opts.paint(yellow, "!"), Wrap(w, opts.Width, "  "))
		}
	}
	if len(p.failures) > 0 {
		heading("Failures")
		for _, f := range p.failures {
			fmt.Fprintf(out, "%s %s\n", opts.paint(red, "✗"), Wrap(f.headline, opts.Width, "  "))
			for _, l := range f.output {
				fmt.Fprintf(out, "    | %s\n", l)
			}
		}
		if p.moreFailures > 0 {
			fmt.Fprintf(out, "and %s; the JSON report has all\n", count(p.moreFailures, "more kind"))
		}
	}
	list("Executed by", p.environments)
	list("Measured on", p.hosts)
	fmt.Fprintf(out, "\n%s\n", Wrap(p.counts, opts.Width, ""))
	list("Answer", p.answer)
	return nil
}

// markdownPage writes the report for a page on GitHub.
func markdownPage(out *bufio.Writer, r *stats.Report, opts Options) error {
	p := newPage(r, opts)
	escape := markdownEscapes.Replace
	list := func(title string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(out, "\n### %s\n\n", title)
		}
		for _, item := range items {
			fmt.Fprintf(out, "- %s\n", escape(item))
		}
	}
	table := func(s section) error {
		fmt.Fprintln(out)
		if err := writeMarkdown(out, s.Table, opts); err != nil || s.note == "" {
			return err
		}
		_, err := fmt.Fprintf(out, "\n%s\n", escape(s.note))
		return err
	}
	fmt.Fprintf(out, "## %s\n\n%s\n", escape(p.title), escape(p.subtitle))
	list("Summary", p.summary)
	if len(p.runtimes.Rows) > 0 {
		if err := table(p.runtimes); err != nil {
			return err
		}
	}
	for _, s := range p.tables {
		fmt.Fprintf(out, "\n### %s\n", s.title)
		if err := table(s); err != nil {
			return err
		}
	}
	list("Warnings", p.warnings)
	if len(p.failures) > 0 {
		fmt.Fprint(out, "\n### Failures\n\n")
		for _, f := range p.failures {
			fmt.Fprintf(out, "- %s\n", escape(f.headline))
			if len(f.output) > 0 {
				fmt.Fprintln(out)
				codeBlock(out, "  ", f.output)
			}
		}
		if p.moreFailures > 0 {
			fmt.Fprintf(out, "- and %s; the JSON report has all\n", count(p.moreFailures, "more kind"))
		}
	}
	list("Executed by", p.environments)
	list("Measured on", p.hosts)
	fmt.Fprintf(out, "\n%s\n", escape(p.counts))
	list("Answer", p.answer)
	return nil
}
