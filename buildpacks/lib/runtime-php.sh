# PHP as the distribution has it, with its extensions and the web server that isn't in every dyno: dynos get the packages
# as a layer, at the same paths.
stack_version() { php -n -r 'echo PHP_VERSION;'; }

stack_files() {
  local names
  # The links of update-alternatives and the switches of extensions belong to no package.
  find /etc/php /usr/bin/php /etc/alternatives/php
  names=$(dpkg-query -W -f '${Package}\n' | grep -E '^(php[0-9.]+(-.*)?|apache2-bin)$' | paste -sd' ')
  # shellcheck disable=SC2086
  package_files $names
}
