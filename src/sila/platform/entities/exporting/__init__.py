"""Taking records out: `table` says which rows and columns, `formats` writes them as a file."""
