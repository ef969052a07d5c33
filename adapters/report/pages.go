package report

import (
	"bufio"
	"fmt"

	"github.com/benchbus/benchbus/domain/stats"
)

// terminalPage writes the report for a terminal.
func terminalPage(out *bufio.Writer, r *stats.Report, opts Options) error {
	p := newPage(r)
	heading := func(title string) { fmt.Fprintf(out, "\n%s\n", opts.paint(bold, title)) }
	fmt.Fprintf(out, "%s (%s)\n", opts.paint(bold, p.title), p.subtitle)
	for _, s := range p.tables {
		if s.title != "" {
			heading(s.title)
		} else {
			fmt.Fprintln(out)
		}
		if err := writeTerminal(out, s.Table, opts); err != nil {
			return err
		}
		if s.note != "" {
			fmt.Fprintln(out, s.note)
		}
	}
	if len(p.warnings) > 0 {
		heading("Warnings")
		for _, w := range p.warnings {
			fmt.Fprintf(out, "%s %s\n", opts.paint(yellow, "!"), w)
		}
	}
	if len(p.failures) > 0 {
		heading("Failures")
		for _, f := range p.failures {
			fmt.Fprintf(out, "%s %s\n", opts.paint(red, "✗"), f.headline)
			for _, l := range f.output {
				fmt.Fprintf(out, "    | %s\n", l)
			}
		}
		if p.moreFailures > 0 {
			fmt.Fprintf(out, "and %s; the JSON report has all\n", count(p.moreFailures, "more kind"))
		}
	}
	if len(p.hosts) > 0 {
		heading("Measured on")
		for _, h := range p.hosts {
			fmt.Fprintln(out, h)
		}
	}
	_, err := fmt.Fprintf(out, "\n%s\n", p.counts)
	return err
}

// markdownPage writes the report for a page on GitHub.
func markdownPage(out *bufio.Writer, r *stats.Report) error {
	p := newPage(r)
	escape := markdownEscapes.Replace
	list := func(title string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(out, "\n### %s\n\n", title)
		}
		for _, item := range items {
			fmt.Fprintf(out, "- %s\n", escape(item))
		}
	}
	fmt.Fprintf(out, "## %s\n\n%s\n", escape(p.title), escape(p.subtitle))
	for _, s := range p.tables {
		if s.title != "" {
			fmt.Fprintf(out, "\n### %s\n", s.title)
		}
		fmt.Fprintln(out)
		if err := writeMarkdown(out, s.Table); err != nil {
			return err
		}
		if s.note != "" {
			fmt.Fprintf(out, "\n%s\n", escape(s.note))
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
	list("Measured on", p.hosts)
	_, err := fmt.Fprintf(out, "\n%s\n", escape(p.counts))
	return err
}
