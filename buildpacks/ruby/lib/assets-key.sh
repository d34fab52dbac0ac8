# One key for all that assets may be made of: the app's files, its gems, and its config vars.

assets_key() {
  {
    asset_sources | xargs -0 -r sha256sum --
    echo "$GEMS_KEY $RUBY $RAILS_ENV $RACK_ENV"
    [ ! -d "$ENV" ] || find "$ENV" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum --
    cat $PACK/lib/assets.sh
  } | sha256sum | cut -c1-64
}

# All files but those that no asset is made of. Assets written in Ruby (.erb), and tools that look for names in any file,
# may read the app's code.
asset_sources() {
  local skip=(./.slipway ./.profile.d ./.git ./.github ./vendor/bundle ./vendor/cache ./node_modules ./test ./spec ./features ./doc ./docs ./log ./tmp './*.md' './*.txt' ./Procfile ./public/assets)
  if [ -z "$SCANS_CODE" ] && [ -z "$(find app/assets lib/assets vendor/assets -name '*.erb' -print -quit 2>/dev/null)" ]; then
    skip+=(./app/controllers ./app/models ./app/jobs ./app/mailers ./app/channels ./app/services ./app/policies ./db)
  fi
  local path prune=()
  for path in "${skip[@]}"; do
    case $path in
      './*'*) prune+=(${prune:+-o} \( -path "$path" ! -path './*/*' \)) ;;
      *) prune+=(${prune:+-o} -path "$path") ;;
    esac
  done
  find . \( "${prune[@]}" \) -prune -o -type f -print0 | LC_ALL=C sort -z
}
