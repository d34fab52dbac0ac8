# What is to be done: worked out by plan.mjs, and remembered for as long as nothing that it reads has changed.

make_plan() {
  local known='' digest
  digest=$(plan_inputs | sha256sum)
  [ -f "$CACHE/plan" ] && read -r known <"$CACHE/plan"
  if [ "$known" != "# $digest" ]; then
    until_planned
    digest=$(plan_inputs | sha256sum)
    { echo "# $digest"; cat "$CACHE/plan.new"; } >"$CACHE/plan"
    rm "$CACHE/plan.new"
  fi
  source "$CACHE/plan"
  [ -z "$PREBUILD${INSTALL_SCRIPTS_FIRST[*]}" ] || PLANNED=$(plan_files | sha256sum)
  # @prisma/client generates code of the app's schema when it is installed.
  ! grep -qs '@prisma/client' package.json package-lock.json yarn.lock pnpm-lock.yaml \
    || extend_key "$(find . -name node_modules -prune -o -name '*.prisma' -type f -print0 | LC_ALL=C sort -z | xargs -r -0 cat | sha256sum)"
}

# A script that runs before the packages are there may have changed what decides about them: .npmrc, say.
renew_key() {
  local now
  now=$(plan_files | sha256sum)
  [ "$now" = "$PLANNED" ] || extend_key "$now"
  PLANNED=$now
}

extend_key() { PACKAGES_KEY=$(sha256sum <<<"$PACKAGES_KEY $1" | cut -c 1-24); }

# Asks for the lists of versions that turn out to matter: what the stack has is not what the app wants.
until_planned() {
  local status language
  while true; do
    NODE_COMPILE_CACHE=$COMPILED /opt/node/bin/node $PACK/lib/plan.mjs "$BUILD" $RUNTIMES >"$CACHE/plan.new"
    status=$?
    [ $status != 0 ] || return 0
    language=$(<"$CACHE/plan.new")
    if [ $status != 9 ]; then
      report failure "${language:-plan}"
      exit 1
    fi
    request inventory "$language" || refuse registry-unreachable "The list of $language versions can't be had: $ANSWER" 'Push again.'
  done
}

# For a version that an app named exactly, and that could not be had: says which can.
refuse_version() {
  local title=$1 version=$2 why=$ANSWER
  if request inventory "$TOOL"; then
    SLIPWAY_CHECK_VERSIONS=1 /opt/node/bin/node $PACK/lib/plan.mjs "$BUILD" $RUNTIMES >/dev/null || { report failure "$TOOL-version"; exit 1; }
  fi
  refuse registry-unreachable "$title $version can't be installed: $why" 'Push again.'
}

plan_inputs() {
  local name
  plan_files
  printf '%s\n' binding.gy[p] .yarn/releases/*
  for name in "${!npm_config_@}" "${!NPM_CONFIG_@}" "${!YARN_@}" "${!YARN2_@}" "${!PNPM_@}" "${!pnpm_config_@}" \
    NODE_ENV NODEJS_ALLOW_WIDE_RANGE; do
    [ $name = npm_config_cache ] || printf '%s=%s\n' $name "${!name}"
  done
}

plan_files() {
  local name files=($PACK/lib/*.mjs) members=()
  for name in $RUNTIMES/{node,npm,yarn,pnpm}/versions package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml pnpm-workspace.yaml .npmrc .yarnrc .yarnrc.yml .pnpmfile.[cm]js; do
    [ -f $name ] && files+=($name) && echo "== $name"
  done
  # A monorepo: what its parts need is installed with the rest.
  if [ -f pnpm-workspace.yaml ] || [[ $(<package.json) == *'"workspaces"'* ]]; then
    mapfile -t members < <(find . -mindepth 2 -maxdepth 7 \( -name node_modules -o -name '.?*' \) -prune -o -name package.json -print | LC_ALL=C sort)
    printf '%s\n' "${members[@]}"
  fi
  cat "${files[@]}" "${members[@]}"
  # Patches that package managers apply.
  local patch='[[:alnum:]_@.+~/-]+\.(patch|diff)\b'
  for name in $(grep -ohE "$patch" "${files[@]}" "${members[@]}" | sed -E 's:^~?\.?/+::' | LC_ALL=C sort -u); do
    [ ! -f "$name" ] || { echo "== $name"; cat "$name"; }
  done
}
