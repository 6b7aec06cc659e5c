"""What staff can do; the only layer that opens a transaction."""
