package report

import (
	"bufio"
	"fmt"
	"strings"
)

// markdownEscapes escapes the special characters of GitHub's Markdown.
var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`,
	`|`, `\|`, `~`, `\~`, `#`, `\#`, `&`, `\&`, `$`, `\$`, "\n", "<br>",
)

// writeMarkdown writes the table in GitHub's form.
func writeMarkdown(out *bufio.Writer, t Table, opts Options) error {
	t = t.forPeople(opts)
	if len(t.Rows) == 0 && t.Empty != "" {
		_, err := fmt.Fprintln(out, markdownEscapes.Replace(t.Empty))
		return err
	}
	write := func(cell func(i int, c Column) string) {
		for i, c := range t.Columns {
			fmt.Fprintf(out, "| %s ", cell(i, c))
		}
		fmt.Fprintln(out, "|")
	}
	write(func(_ int, c Column) string { return markdownEscapes.Replace(c.Title) })
	write(func(_ int, c Column) string {
		if c.Right {
			return "---:"
		}
		return "---"
	})
	for _, row := range t.Rows {
		write(func(i int, c Column) string { return markdownEscapes.Replace(c.shown(row[i])) })
	}
	return nil
}

// codeBlock fences a text with more backticks than it holds.
func codeBlock(out *bufio.Writer, indent string, text []string) {
	fence := "```"
	for strings.Contains(strings.Join(text, "\n"), fence) {
		fence += "`"
	}
	fmt.Fprintf(out, "%s%stext\n", indent, fence)
	for _, line := range text {
		fmt.Fprintf(out, "%s%s\n", indent, line)
	}
	fmt.Fprintf(out, "%s%s\n", indent, fence)
}
