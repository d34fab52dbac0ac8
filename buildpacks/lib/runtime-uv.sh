# uv, which installs Python packages (and Pythons): as the package index has it.
install_version() {
  python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --root-user-action=ignore --no-compile --target "$2.parts" "uv==$1"
  mv "$2.parts/bin" "$2/bin"
  rm -rf "$2.parts"
}
