# What is to be done: worked out by plan.py, and remembered for as long as nothing that it reads has changed.

make_plan() {
  local digest known='' status stack
  stack=$(stack_python)
  digest=$(plan_inputs | sha256sum)
  [ -f "$CACHE/plan" ] && read -r known <"$CACHE/plan"
  if [ "$known" != "# $digest" ]; then
    work_out_plan
    status=$?
    # The stack's own Python is not what the app asks for: now it matters which others there are.
    if [ $status = 9 ]; then
      request inventory python || export NO_OTHERS=$ANSWER
      work_out_plan
      status=$?
    fi
    if [ $status != 0 ]; then
      source "$CACHE/plan.new"
      note failure "${FAILURE:-plan}"
      note failure_detail "${FAILURE_DETAIL-}"
      exit 1
    fi
    # What it has read is known now, and is looked at from now on.
    source "$CACHE/plan.new"
    printf '%s\n' "${READ[@]}" >"$CACHE/plan.read"
    { echo "# $(plan_inputs | sha256sum)" && cat "$CACHE/plan.new"; } >"$CACHE/plan"
    rm "$CACHE/plan.new"
  fi
  source "$CACHE/plan"
  note package_manager "$MANAGER"
  note python_version "$PYTHON_VERSION"
  note python_version_origin "${PYTHON_ORIGIN:-stack}"
}

work_out_plan() { python3 -I -B $PACK/lib/plan.py "$stack" $RUNTIMES/python/versions >"$CACHE/plan.new"; }

# The version of the stack's own Python, without starting it.
stack_python() {
  local header name value
  for header in /usr/include/python3.*/patchlevel.h; do
    while read -r _ name value; do
      [ "$name" = PY_VERSION ] && value=${value//\"/} && echo "${value%%[!0-9.]*}" && return
    done <"$header"
  done
  python3 -c 'import platform; print(platform.python_version())'
}

plan_inputs() {
  local name read=() files=($PACK/lib/*.py)
  [ ! -f "$CACHE/plan.read" ] || mapfile -t read <"$CACHE/plan.read"
  echo "$stack"
  for name in $RUNTIMES/python/versions runtime.txt .python-version requirements.txt Pipfile Pipfile.lock pyproject.toml uv.lock poetry.lock "${read[@]}"; do
    [ -f "$name" ] && files+=("$name") && echo "== $name"
    [ ! -d "$name" ] || find "$name" -type f -not -path './.*' -print0 | sort -z | xargs -0 -r sha256sum
  done
  cat "${files[@]}"
  # Packages may come and go with directories.
  printf '%s\n' * .venv src/*
  for name in "${read[@]}"; do [[ $name != */* ]] || printf '%s\n' "${name%/*}"/* "${name%/*}"/src/*; done
  for name in "${!PIP_@}" "${!UV_@}" "${!POETRY_@}" "${!PIPENV_@}" CFLAGS CPPFLAGS LDFLAGS SLIPWAY_PYTHON_INSTALLER; do printf '%s=%s\n' "$name" "${!name}"; done
}
