// Default process types, by what Gemfile.lock and the app's files tell of its kind.

/** Lines `<type>: <command>`, as YAML has them. */
export function defaultTypes({ gems, has, isExecutable }) {
  const types = {};
  const web = defaultWeb({ gems, has, isExecutable });
  if (web) types.web = web;
  types.console = gems.has('railties') ? `${railsCommand({ has, isExecutable })} console` : 'bundle exec irb';
  if (gems.has('rake') && ['Rakefile', 'rakefile', 'Rakefile.rb', 'rakefile.rb'].some(has)) types.rake = 'bundle exec rake';
  return Object.entries(types).map(([type, command]) => `${type}: ${command}`);
}

function defaultWeb({ gems, has, isExecutable }) {
  if (gems.has('railties') && has('config/application.rb')) return `${railsCommand({ has, isExecutable })} server -p \${PORT:-5000} -e $RAILS_ENV`;
  if (!gems.has('rack') || !has('config.ru')) return '';
  if (gems.has('puma') && has('config/puma.rb')) return 'bundle exec puma -C config/puma.rb -p ${PORT:-5000}';
  if (gems.has('rackup') || Number.parseInt(gems.get('rack'), 10) < 3) return 'bundle exec rackup config.ru -p ${PORT:-5000} -o 0.0.0.0';
  const server = ['puma', 'falcon', 'unicorn', 'thin'].find((each) => gems.has(each));
  return server ? SERVERS[server] : '';
}

const SERVERS = {
  puma: 'bundle exec puma -p ${PORT:-5000}',
  falcon: 'bundle exec falcon serve --bind http://0.0.0.0:${PORT:-5000}',
  unicorn: 'bundle exec unicorn -p ${PORT:-5000}',
  thin: 'bundle exec thin start -p ${PORT:-5000}',
};

/** An app that was committed on Windows has a bin/rails that can't be executed. */
function railsCommand({ has, isExecutable }) {
  if (!has('bin/rails')) return 'bundle exec rails';
  return isExecutable('bin/rails') ? 'bin/rails' : 'ruby bin/rails';
}
