# Emacs in batch with lsp-mode, as the page of editors/emacs registers the server.
has_lsp_mode() {
  emacs --batch --eval "(progn (require 'package) (package-initialize) (require 'lsp-mode))" \
    > /dev/null 2>&1
}
has_lsp_mode || debian_tool "emacs with lsp-mode" emacs-nox elpa-lsp-mode elpa-dockerfile-mode
client lsp-mode "$(dpkg-query --show --showformat '${Version}' elpa-lsp-mode 2> /dev/null)"
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
cd project
export HOME=$PWD/../home PAGE=$REPOSITORY/editors/emacs/README.md
mkdir -p "$HOME"
expect 0 timeout 120 emacs --batch --load "$REPOSITORY/tests/clients/lsp-mode.el"
says "requests go to port 8000"
says "HIDDEN # seamlint: ignore[maintainer-deprecated] TODO: say why"
passed "in Emacs: diagnostics, a finding that is hidden"
