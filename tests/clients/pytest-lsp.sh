# The protocol by pytest-lsp, with what real editors say that they can do.
python_tool pytest-lsp==1.0.1 pytest-asyncio
client pytest-lsp "$(python -m pip show pytest-lsp | sed -n 's/^Version: //p')"
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
cp "$REPOSITORY/tests/clients/test_protocol.py" .
expect 0 timeout 300 python -m pytest --quiet --asyncio-mode=auto -p no:cacheprovider test_protocol.py
passed "$(grep -o '[0-9]* passed' "$printed" | tail -n 1): diagnostics, hover, definition, code actions, completion, as five editors ask"
