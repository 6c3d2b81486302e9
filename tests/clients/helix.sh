# Helix in a terminal of tmux, with the configuration of editors/helix.
debian_tool hx hx
debian_tool tmux tmux
client helix "$(hx --version | cut -d' ' -f2)"
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
mkdir -p config/helix
cp "$REPOSITORY/editors/helix/languages.toml" config/helix/
export XDG_CONFIG_HOME=$PWD/config XDG_CACHE_HOME=$PWD/cache XDG_DATA_HOME=$PWD/data
expect 0 hx --health dockerfile
says "seamlint"
cd project

terminal=seamlint-clients-$$
in_terminal() { tmux -L "$terminal" "$@"; }
trap 'in_terminal kill-server 2> /dev/null || true' EXIT
in_terminal -f /dev/null new-session -d -x 160 -y 40 "hx api/Dockerfile"

# Waits until the terminal shows a text.
shows() {
  local i
  for i in $(seq 150); do
    in_terminal capture-pane -p > "$printed"
    ! grep -qF -- "$1" "$printed" || return 0
    sleep 0.2
  done
  cat "$printed"
  fail "the terminal does not show \`$1\`"
}

# The seam is told where it ends, though only this file is open, and its folder is below the root.
shows "requests go to port 8000, but image \`api\` listens on 3000"
in_terminal send-keys ':open cloudbuild.yaml' Enter
shows "requests go to port 8000"
in_terminal send-keys ']' d
shows "because cloudbuild.yaml:12:17: Cloud Run runs this image"
in_terminal send-keys Space k
shows "port-drift (error): requests go to port 8000"
in_terminal send-keys Escape
in_terminal send-keys Space a
shows "Ignore port-drift here, with a reason"
in_terminal send-keys Enter
shows "--port=3000"
in_terminal send-keys ':write-quit!' Enter
for _ in $(seq 50); do
  ! grep -q -- --port=3000 cloudbuild.yaml || break
  sleep 0.2
done
expect 0 seamlint check .
passed "both ends of a seam, hover, a fix by a code action, nothing is left on the disk"
