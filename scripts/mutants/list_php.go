package main

var phpMutants = []mutant{}
