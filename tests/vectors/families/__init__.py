"""The expectations, written by hand from the rules; one module per vector file."""
