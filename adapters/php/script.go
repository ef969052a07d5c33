package php

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/benchbus/benchbus/domain"
)

//go:embed harness.php
var harness string

// script is the PHP file that a sample executes.
type script struct {
	text string
	// sections say on which lines of the file the benchmark's code stands, so
	// that PHP's messages can name the line as its author knows it.
	sections []section
}

type section struct {
	name       string
	from, upTo int // lines of the file
}

// newScript writes the benchmark's code into the harness. Its error has class
// ClassCode.
func newScript(b *domain.Benchmark) (*script, error) {
	head := source{}
	parts := map[string]source{}
	for _, part := range []struct{ name, code string }{{"setup", b.Setup}, {"code", b.Code}, {"teardown", b.Teardown}} {
		s, err := takeApart(part.code)
		if err != nil {
			return nil, domain.Fail(domain.ClassCode, "%s: %w", part.name, err)
		}
		parts[part.name] = s
		if head.declare == "" {
			head.declare = s.declare
		}
		if head.namespace == "" {
			head.namespace = s.namespace
		}
		head.imports += s.imports
		head.hoisted += s.hoisted
	}
	text := "<?php\n" + head.declare + head.namespace + head.imports + head.hoisted
	s := &script{}
	rest := harness
	for _, name := range []string{"setup", "code", "teardown"} {
		before, after, _ := strings.Cut(rest, "/*"+strings.ToUpper(name)+"*/")
		text += before
		from := strings.Count(text, "\n") + 1
		text += parts[name].body
		s.sections = append(s.sections, section{name, from, strings.Count(text, "\n") + 1})
		// The code's own last statement may lack its semicolon.
		text += "\n;"
		rest = after
	}
	s.text = text + rest
	return s, nil
}

// locate turns PHP's "in FILE on line N" into the section and its line.
func (s *script) locate(message, file string) string {
	before, after, found := strings.Cut(message, file)
	if !found {
		return message
	}
	digits := strings.TrimPrefix(strings.TrimPrefix(after, " on line "), ":")
	end := 0
	for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
		end++
	}
	line, err := strconv.Atoi(digits[:end])
	if err != nil {
		return before + "the benchmark" + s.locate(after, file)
	}
	place := "the benchmark's declarations"
	for _, section := range s.sections {
		if line >= section.from && line <= section.upTo+1 {
			place = fmt.Sprintf("%s, line %d", section.name, min(line, section.upTo)-section.from+1)
		}
	}
	return before + place + s.locate(digits[end:], file)
}
