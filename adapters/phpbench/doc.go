// Package phpbench reads the phpbench suite of a PHP project as it is, and makes a
// benchmark of each subject and parameter set.
//
// [Read] reads the configuration, finds the benchmark classes, and reflects on them in a
// PHP process of its own that includes the project's bootstrap. phpbench itself need not
// be installed: annotations and attributes are read by their names. What cannot be used is
// no error of the whole suite: [Suite.Refused] lists the files and subjects with reasons,
// and [Suite.Notes] what was read and has no effect.
//
// docs/phpbench.md describes what is read and what becomes of it.
package phpbench
