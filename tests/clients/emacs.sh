# Emacs in batch with Eglot, with the configuration of editors/emacs.
debian_tool emacs emacs-nox elpa-eglot elpa-dockerfile-mode
client emacs "$(emacs --version | head -n 1 | cut -d' ' -f3)"
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
cd project
export HOME=$PWD/../home
mkdir -p "$HOME"
expect 0 timeout 120 emacs --batch --load "$REPOSITORY/editors/emacs/seamlint.el" \
  --load "$REPOSITORY/tests/clients/emacs.el"
says "requests go to port 8000"
says "HIDDEN # seamlint: ignore[maintainer-deprecated] TODO: say why"
passed "diagnostics by Flymake, a finding that is hidden"
