# PHP as the distribution has it, with its extensions and the web server that isn't in every dyno: dynos get the packages
# as a layer, at the same paths.
stack_version() { php -n -r 'echo PHP_VERSION;'; }

# What the packages name as dependencies for their own installation, or for services: no dyno runs it.
NEEDLESS='^(systemd|libsystemd-shared|perl|perl-modules-.*|libperl.*|psmisc|mount|ucf|dmsetup|libcryptsetup.*|libdevmapper.*|libfdisk1|libkmod2)$'

stack_files() {
  local names needless
  # The links of update-alternatives and the switches of extensions belong to no package.
  find /etc/php /usr/bin/php /etc/alternatives/php
  names=$(dpkg-query -W -f '${Package}\n' | grep -E '^(php[0-9.]+(-.*)?|apache2-bin)$' | paste -sd' ')
  needless=$(dpkg-query -W -f '${Package}\n' | grep -E "$NEEDLESS")
  # shellcheck disable=SC2086
  LC_ALL=C comm -23 <(package_files $names | LC_ALL=C sort) <(xargs dpkg -L <<<"$needless" | sort -u | existing_files | LC_ALL=C sort)
}
