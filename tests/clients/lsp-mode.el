;;; -*- lexical-binding: t -*-
;; Drives seamlint in Emacs with lsp-mode, for tests/clients/lsp-mode.sh.
(require 'package)
(package-initialize)
(require 'lsp-mode)
(require 'dockerfile-mode nil t)
(setq lsp-auto-guess-root t lsp-enable-file-watchers nil lsp-diagnostics-provider :none
      lsp-keep-workspace-alive nil lsp-enable-snippet nil)

;; The client, as the page of editors/emacs registers it.
(with-temp-buffer
  (insert-file-contents (getenv "PAGE"))
  (search-forward "(lsp-register-client")
  (goto-char (match-beginning 0))
  (eval (read (current-buffer)) t))

(defun wait-for (what is)
  "Wait until IS gives something, or end because WHAT was not seen."
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall is))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or found (progn (message "not seen: %s" what) (kill-emacs 1)))))

(find-file "api/Dockerfile")
(goto-char (point-min))
(search-forward "USER 1000\n")
(insert "MAINTAINER somebody\n")
(save-buffer)
(unless (derived-mode-p 'prog-mode) (dockerfile-mode))
(lsp)
(let ((found (wait-for "two diagnostics"
                       (lambda ()
                         (let ((all (gethash (buffer-file-name) (lsp-diagnostics t))))
                           (and (length> all 1) all))))))
  (dolist (one found)
    (message "DIAGNOSTIC %s" (lsp-get one :message))))
(goto-char (point-min))
(search-forward "MAINT")
(let ((hides (seq-find (lambda (action)
                         (string-match-p "here, with a reason" (lsp-get action :title)))
                       (lsp-code-actions-at-point))))
  (lsp-execute-code-action hides)
  (goto-char (point-min))
  (search-forward "# seamlint")
  (message "HIDDEN %s" (buffer-substring (line-beginning-position) (line-end-position))))
(save-buffer)
(lsp-workspace-shutdown (car (lsp-workspaces)))
