# What installs Python programs for the platform: uv, and environments on the stack's Python.
source /slipway/buildpacks/python/lib/tools.sh

# Puts uv on the PATH, fetching it first where nobody has.
ready_uv() {
  local place=$ROOT/uv/$TOOL_UV
  export HOME=/tmp UV_NO_CACHE=1 UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=manual
  [ -d "$place" ] || bash "$LIB/runtime.sh" toolchain uv "$TOOL_UV" >/dev/null || stop "uv can't be fetched from the package index"
  PATH=$place/bin:$PATH
}

# install_tool <place> <requirements>...
install_tool() {
  local place=$1
  shift
  ready_uv
  uv venv --quiet --allow-existing --python /usr/bin/python3 "$place"
  PYC_INVALIDATION_MODE=UNCHECKED_HASH uv pip install --quiet --compile-bytecode --python "$place/bin/python" "$@"
}
