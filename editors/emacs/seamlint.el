;;; seamlint.el --- Deploy defects, by Eglot -*- lexical-binding: t -*-

;; Eglot is part of Emacs since 29, and a package before.  Load this file, then call `eglot' or
;; `eglot-ensure' in a buffer of one of these modes.

;;; Code:

(defvar eglot-server-programs)

(defvar seamlint-modes
  '(dockerfile-mode dockerfile-ts-mode terraform-mode hcl-mode yaml-mode yaml-ts-mode
    sh-mode bash-ts-mode makefile-gmake-mode)
  "The modes in which seamlint is asked.")

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs (cons seamlint-modes '("seamlint" "lsp"))))

(provide 'seamlint)
;;; seamlint.el ends here
