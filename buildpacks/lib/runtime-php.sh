# PHP as the distribution has it, with the web servers that stand before it: dynos get the packages as a layer.
stack_version() { php -r 'echo PHP_VERSION;'; }
stack_files() { find /etc/php /usr/bin/php; dpkg-query -W -f '${Package}\n' | grep -E '^(php[0-9.]+(-.*)?|apache2-bin)$' | paste -sd" " | { read -r names; package_files $names; }; }
