# The template for LSP4IJ, as its own code reads one, and what its command starts.
need python3
client "LSP4IJ's template"
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
expect 0 python3 -B "$REPOSITORY/tests/clients/jetbrains.py" "$REPOSITORY/editors/jetbrains/lsp4ij"
passed "keys and values are those that LSP4IJ reads, and the command serves an editor as it does"
