# NLTK's data: what nltk.txt lists, where nltk is among the packages. It is fetched once for each list.

install_corpora() {
  local log=$NOTES/nltk.log names=() source=() kept each
  [ -f nltk.txt ] || return 0
  has_package nltk || { warn 'There is an nltk.txt, but nltk is not among the packages: nothing of it is fetched.'; return; }
  mapfile -t names < <(sed -e 's/#.*//' nltk.txt | grep -oE '[A-Za-z0-9_][A-Za-z0-9_.-]*')
  [ ${#names[@]} -gt 0 ] || { warn 'nltk.txt is empty: no data of NLTK is fetched. List its packages there, one a line.'; return; }
  step "Downloading NLTK packages: ${names[*]}"
  kept=nltk/$(sha256sum <<<"${names[*]} ${NLTK_DOWNLOAD_URL-}" | cut -c1-24)
  for each in "$CACHE"/nltk/*; do
    [ -d "$each" ] && [ "$each" != "$CACHE/$kept" ] && echo "python/nltk/${each##*/}" >>"$NOTES/forget"
  done
  if [ -d "$CACHE/$kept" ]; then
    mv "$CACHE/$kept" .heroku/nltk_data
    echo ".heroku/nltk_data python/$kept" >>"$NOTES/borrowed"
    info 'Nothing to download: the data is that of the last build.'
  else
    # Only newer ones read it themselves.
    [ -z "${NLTK_DOWNLOAD_URL-}" ] || source=(-u "$NLTK_DOWNLOAD_URL")
    fetch_corpora "${source[@]}" "${names[@]}" 2>&1 | tee "$log" | grep --line-buffered -v RuntimeWarning | indent
    [ "${PIPESTATUS[0]}" = 0 ] && ! grep -qE '^\[nltk_data\] Error' "$log" || explain "$log" nltk-failures.tsv
    find .heroku/nltk_data -exec touch -h -d @499162500 {} +
  fi
  export NLTK_DATA=${NLTK_DATA-$BUILD/.heroku/nltk_data}
  echo ".heroku/nltk_data python/$kept" >>"$NOTES/keep"
  echo 'dir .heroku/nltk_data' >>"$NOTES/layers"
}

# Into the directory as it is called here: NLTK takes a link in the path for an attack.
fetch_corpora() { python -m nltk.downloader -e -d "$BUILD/.heroku/nltk_data" "$@"; }
