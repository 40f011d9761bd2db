"""End-to-end encryption on vodozemac: all its state is rows, changed in the transaction of the sync they belong to."""
