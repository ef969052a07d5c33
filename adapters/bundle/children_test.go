package bundle

const childRole = "BENCHBUS_BUNDLE_TEST_ROLE"

func child() {}
