package main

var busMutants = []mutant{}
