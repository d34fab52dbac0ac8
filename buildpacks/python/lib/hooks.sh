# bin/pre_compile and bin/post_compile of the app.

run_hook() {
  local log=$NOTES/hook.log
  [ -f "bin/$1" ] || return 0
  step "Running bin/$1 hook"
  chmod +x "bin/$1"
  # Bytecode of pip's holds times, which are others in a dyno.
  PIP_NO_COMPILE=1 BUILD_DIR=$BUILD CACHE_DIR=${CACHE%/python} ENV_DIR=$ENV alone as_in_dyno "bin/$1" 2>&1 | tee "$log" | indent || stop_as "$1-hook" "bin/$1 failed; its last lines, above, say why."
}
