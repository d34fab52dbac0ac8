# Python as the distribution has it: the image of dynos has the most of it, a layer what Debian packs apart from it.
# Others come from where uv finds them (UV_PYTHON_INSTALL_MIRROR), when builds may reach that.
source "$LIB/python-tool.sh"

stack_version() { python3 -c 'import platform; print(platform.python_version())'; }

stack_files() {
  local names
  mapfile -t names < <(dpkg-query -W -f '${Package}\n' | grep -E '^(python3-distutils|python3-lib2to3|libpython3\.[0-9]+(t64)?)$')
  package_files "${names[@]}"
}

list_versions() {
  local list
  ready_uv
  list=$(find_downloads)
  curl -sfIL -o /dev/null --connect-timeout 10 --max-time 20 "$(head -n 1 <<<"$list" | cut -d' ' -f2)" || stop "the place that others come from (uv's downloads) can't be reached from builds"
  cut -d' ' -f1 <<<"$list" | sort -uV
}

install_version() {
  ready_uv
  find_downloads | grep -q "^$1 " || stop "there is no Python $1"
  UV_PYTHON_INSTALL_DIR=/tmp/pythons uv python install --no-bin --quiet "cpython-$1" || stop "Python $1 could not be fetched from where uv finds it"
  mv /tmp/pythons/cpython-"$1"-*/* "$2"
  rm -rf /tmp/pythons "$2"/lib/python3.*/test
}

# "<version> <address>" of each.
find_downloads() {
  uv python list --all-versions --only-downloads --show-urls --output-format json \
    | jq -r --arg mirror "${UV_PYTHON_INSTALL_MIRROR-}" '.[] | select(.implementation == "cpython" and .variant == "default" and .url != null) | select(.version | test("^3\\.[0-9]+\\.[0-9]+$")) | "\(.version) \(.url)"'
}
