// Package project turns the folder of a person's project, or git revisions of it, into
// trees: folders with lists of files, from which bundles are made.
package project
