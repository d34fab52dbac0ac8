# cacheDirectories: what the app itself wants to find again at its next build.

restore_directories() {
  local path
  for path in "${CACHE_DIRECTORIES[@]}"; do
    [ -d "$CACHE/directories/$path" ] && [ ! -e "$path" ] && {
      info "Restoring $path (cacheDirectories)"
      mkdir -p "$(dirname "$path")" && mv "$CACHE/directories/$path" "$path"
      echo "$path node/directories/$path" >>"$NOTES/borrowed"
    }
    echo "$path node/directories/$path" >>"$NOTES/keep"
  done
  true
}
