"""What `make torture` runs: the long form of the tests that break things. It takes an hour and proves the promises."""
