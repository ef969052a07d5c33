package main

var domainMutants = []mutant{}
