# Each …DATABASE_URL also as a JDBC URL, and as what Spring Boot reads; what the app has set itself stays.
slipway_jdbc() {
  local name=$1 url=$2 scheme user password place query
  [[ $url =~ ^(postgres|postgresql|mysql)://(([^:@/]*)(:([^@/]*))?@)?([^?]+)(\?(.*))?$ ]] || return 0
  scheme=${BASH_REMATCH[1]} user=${BASH_REMATCH[3]} password=${BASH_REMATCH[5]} place=${BASH_REMATCH[6]} query=${BASH_REMATCH[8]}
  case $scheme in postgres) scheme=postgresql ;; esac
  query=${query:+&$query}${user:+&user=$user}${password:+&password=$password}
  slipway_default "${name}_URL" "jdbc:$scheme://$place${query:+?${query#&}}"
  slipway_default "${name}_USERNAME" "$(printf '%b' "${user//%/\\x}")"
  slipway_default "${name}_PASSWORD" "$(printf '%b' "${password//%/\\x}")"
}
slipway_default() { [ -n "${!1-}" ] || export "$1=$2"; }

slipway_jdbc JDBC_DATABASE "${DATABASE_URL-}"
for slipway_name in $(compgen -e | grep -E '^HEROKU_POSTGRESQL_[A-Z0-9_]+_URL$'); do
  slipway_jdbc "${slipway_name%_URL}_JDBC" "${!slipway_name}"
done
if [ -n "${JDBC_DATABASE_URL-}" ] && [ "${DISABLE_SPRING_DATASOURCE_URL-}" != true ] && [ -z "${SPRING_DATASOURCE_URL-}" ]; then
  export SPRING_DATASOURCE_URL=$JDBC_DATABASE_URL
  slipway_default SPRING_DATASOURCE_USERNAME "$JDBC_DATABASE_USERNAME"
  slipway_default SPRING_DATASOURCE_PASSWORD "$JDBC_DATABASE_PASSWORD"
fi
[ -z "${REDIS_URL-}" ] || { slipway_default SPRING_REDIS_URL "$REDIS_URL" && slipway_default SPRING_DATA_REDIS_URL "$REDIS_URL"; }
unset -f slipway_jdbc slipway_default
unset slipway_name
