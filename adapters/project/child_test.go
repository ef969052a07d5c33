package project

// childRole is the variable that tells this program that a test has started it.
const childRole = "TEST_PROJECT_CHILD"

func child() {}
