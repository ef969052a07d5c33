package report

import "github.com/benchbus/benchbus/domain/stats"

// instructionFigures lists the figures of a cell's instructions in JSON and CSV, in order.
var instructionFigures = []figure{
	{"n", func(c *stats.Cell) any { return c.Instructions.N }},
	{"median", func(c *stats.Cell) any { return c.Instructions.Median }},
	{"ci_low", func(c *stats.Cell) any { return c.Instructions.Interval.Low }},
	{"ci_high", func(c *stats.Cell) any { return c.Instructions.Interval.High }},
	{"mean", func(c *stats.Cell) any { return c.Instructions.Mean }},
	{"sd", func(c *stats.Cell) any { return c.Instructions.SD }},
	{"min", func(c *stats.Cell) any { return c.Instructions.Min }},
	{"max", func(c *stats.Cell) any { return c.Instructions.Max }},
}

// instructionsKey is the name of the object in JSON, and the prefix of the columns in CSV.
const instructionsKey = "instructions"

// instructionsObject returns the JSON of a cell's instructions.
func instructionsObject(c *stats.Cell, related map[place]relation) object {
	var o object
	for _, f := range instructionFigures {
		o = append(o, member{f.key, raw(f.value(c))})
	}
	for _, factor := range stats.Factors() {
		rel, known := related[place{c.Entry, c.Index, factor}]
		o = append(o, member{amongKey(factor), relativeObject(rel, known)})
	}
	return o
}

// addInstructions adds the columns of the instructions to the table for CSV.
func addInstructions(t *Table, r *stats.Report) {
	const prefix = instructionsKey + "_"
	for _, f := range instructionFigures {
		t.Columns = append(t.Columns, Column{Key: prefix + f.key})
	}
	t.Columns = append(t.Columns, relativeColumns(prefix)...)
	related := relations(r.InstructionFamilies)
	for i := range r.Cells {
		c := &r.Cells[i]
		for _, f := range instructionFigures {
			t.Rows[i] = append(t.Rows[i], f.value(c))
		}
		t.Rows[i] = append(t.Rows[i], relativeValues(c, related)...)
	}
}
