# One function for each package manager: it fills the empty environment at $PLACE.

install_with_none() { :; }

# uv does what pip does, several times faster. Where it finds no answer, pip has the last word: the two differ there.
install_with_pip() {
  if suits_uv && get_uv; then
    step "Installing dependencies using 'uv pip install -r requirements.txt'"
    add_pip
    try_uv install -r requirements.txt && return
  else
    step "Installing dependencies using 'pip install -r requirements.txt'"
    add_pip
  fi
  run_pip install -r requirements.txt
}

UV_HAS_NO_ANSWER='No solution found|Couldn.t parse|[Uu]nsupported|not supported|valid UTF-8'

# Fails when it is for pip to say whether these packages can be installed.
try_uv() {
  local log=$NOTES/install.log
  uv_pip "$@" 2>&1 | tee "$log" | sed -uE "/$UV_HAS_NO_ANSWER/,\$d" | tidy_uv | indent && return
  grep -qE "$UV_HAS_NO_ANSWER" "$log" || explain "$log" failures.tsv
  info 'uv finds no way to install these; pip is asked.'
  return 1
}

# Settings of pip that uv has no word for are pip's to follow.
suits_uv() {
  local name
  [ "${SLIPWAY_PYTHON_INSTALLER-}" != pip ] || return 1
  for name in "${!PIP_@}"; do
    case $name in
      PIP_INDEX_URL | PIP_EXTRA_INDEX_URL | PIP_FIND_LINKS | PIP_TRUSTED_HOST) ;;
      PIP_CERT | PIP_*TIMEOUT | PIP_*CACHE* | PIP_DISABLE_PIP_VERSION_CHECK | PIP_PROGRESS_BAR | PIP_NO_INPUT | PIP_ROOT_USER_ACTION | PIP_RETRIES | PIP_QUIET | PIP_VERBOSE | PIP_NO_COLOR) ;;
      *) return 1 ;;
    esac
  done
}

# Versions are chosen among all indexes, as pip does; no settings of uv's are read out of the app.
uv_pip() {
  local settings=(UV_NO_CONFIG="${UV_NO_CONFIG-true}" UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY-unsafe-best-match}")
  [ -z "${PIP_INDEX_URL-}" ] || settings+=(UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX-$PIP_INDEX_URL}")
  [ -z "${PIP_EXTRA_INDEX_URL-}" ] || settings+=(UV_INDEX="${UV_INDEX-$PIP_EXTRA_INDEX_URL}")
  [ -z "${PIP_FIND_LINKS-}" ] || settings+=(UV_FIND_LINKS="${UV_FIND_LINKS-${PIP_FIND_LINKS// /,}}")
  [ -z "${PIP_TRUSTED_HOST-}" ] || settings+=(UV_INSECURE_HOST="${UV_INSECURE_HOST-$PIP_TRUSTED_HOST}")
  env "${settings[@]}" uv pip "$@" --python "$PLACE/bin/python"
}

# Hooks, and people in dynos, expect pip beside the app's packages.
add_pip() {
  if get_uv && uv_pip install --quiet "pip==$TOOL_PIP" 2>/dev/null; then return; fi
  {
    "$PLACE/bin/python" -m ensurepip && "$PLACE/bin/python" -m pip install --no-compile --quiet --disable-pip-version-check "pip==$TOOL_PIP"
  } >"$NOTES/install.log" 2>&1 || explain "$NOTES/install.log" failures.tsv
}

run_pip() {
  local log=$NOTES/install.log
  PIP_CACHE_DIR=$CACHE/pip "$PLACE/bin/python" -m pip "$@" --no-compile --no-input --disable-pip-version-check --progress-bar off 2>&1 \
    | tee "$log" | without_lists | indent || explain "$log" failures.tsv
}

# pip names every version there is when none fits.
without_lists() { sed -uE -e '/^Requirement already satisfied/d' -e 's/\(from versions: .{80,}((, [^,)]+){8})\)/(from versions: ...\1)/' -e 's/^(ERROR: Ignored .{120}).*/\1 .../'; }

tidy_uv() { sed -u -e '/^Using Python .* environment at/d' -e '/^ Downloaded /d' -e '/^Audited /d'; }

run_uv() {
  local log=$NOTES/install.log
  "$@" 2>&1 | tee "$log" | tidy_uv | indent || explain "$log" failures.tsv
}

need_uv() { get_uv || stop_without uv; }

stop_without() { stop_as "$1-fetch" "$1, which installs this app's packages, can't be had: $ANSWER" 'Push again; if it stays so, the operator looks whether builds reach the package index.'; }

install_with_uv() {
  need_uv
  step "Installing dependencies using 'uv sync --locked --no-default-groups'"
  run_uv uv sync --locked --no-default-groups
}

install_with_pyproject() {
  need_uv
  step "Installing dependencies using 'uv pip install -r pyproject.toml'"
  local UV_NO_CONFIG=${UV_NO_CONFIG-false}
  run_uv uv_pip install -r pyproject.toml
  [ -z "$INSTALLS_APP" ] || run_uv uv_pip install --no-deps -e .
}

install_with_setup() {
  need_uv
  step "Installing dependencies using 'uv pip install -e .'"
  add_pip
  run_uv uv_pip install -e .
}

# Poetry and Pipenv say what their lockfiles hold; uv, or pip, installs just that. Their own installers are slower, and
# Poetry's asks for more than mirrors of the package index have.
install_with_poetry() {
  step "Installing dependencies using 'poetry export --only main' and 'uv pip install'"
  get_poetry || stop_without poetry
  ask_tool export --only main --with-credentials --output "$NOTES/requirements.txt"
  install_lists "$NOTES/requirements.txt"
  [ -z "$INSTALLS_APP" ] || { need_uv; run_uv uv_pip install --no-deps -e .; }
}

install_with_pipenv() {
  step "Installing dependencies using 'pipenv requirements --hash' and 'uv pip install'"
  get_pipenv || stop_without pipenv
  if [ -n "$LOCKED" ]; then ask_tool verify; else ask_tool lock --python "$PYTHON"; fi
  ask_tool requirements --hash
  cp "$NOTES/tool.out" "$NOTES/requirements.txt"
  install_lists "$NOTES/requirements.txt"
}

# Runs the TOOL, and is silent about it when all is well.
ask_tool() {
  local log=$NOTES/install.log
  "${TOOL[@]}" "$@" >"$NOTES/tool.out" 2>"$log" && return
  cat "$NOTES/tool.out" >>"$log"
  indent <"$log"
  explain "$log" failures.tsv
}

# What comes from git or a directory has no hash, and pip refuses it beside what has one: there are two lists then.
install_lists() {
  local lines option='^(-i|--(extra-)?index-url|--trusted-host|--find-links)[ =]' each
  lines=$(sed -E -e ':a' -e '/\\$/{N;s/ *\\\n */ /;ba}' "$1" | grep -vE '^ *(#|$)')
  grep -E "$option| --hash[= ]" <<<"$lines" >"$NOTES/hashed.txt"
  grep -vE ' --hash[= ]' <<<"$lines" >"$NOTES/unhashed.txt"
  for each in hashed unhashed; do
    if grep -qvE "$option" "$NOTES/$each.txt"; then install_list "$NOTES/$each.txt"; fi
  done
}

# Nothing but what the lockfile holds: what its packages need is in it.
install_list() {
  if suits_uv && get_uv && try_uv install --no-deps -r "$1"; then return; fi
  add_pip
  run_pip install --no-deps -r "$1"
}
