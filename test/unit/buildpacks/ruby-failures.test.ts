// What Bundler and rake print, and the failure that is told.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { testFailures } from './failure-table.js';

const LOGS: [string, string][] = [
  ['merge-conflict', 'Your Gemfile.lock contains merge conflicts.\nRun `git checkout HEAD -- Gemfile.lock` first to get a clean lock.'],
  [
    'lockfile-unreadable',
    'Your lockfile is unreadable. Run `rm Gemfile.lock` and then `bundle install` to generate a new lockfile. The ' +
      'error occurred while parsing line 3',
  ],
  [
    'lockfile-platform',
    'Your bundle only supports platforms ["arm64-darwin-23"] but your local platform is\n' +
      'x86_64-linux. Add the current platform to the lockfile with `bundle lock\n--add-platform x86_64-linux` and try again.',
  ],
  ['ruby-version', 'Your Ruby version is 3.1.7, but your Gemfile specified 3.1.9'],
  ['ruby-version', 'Your Ruby patchlevel is 20, but your Gemfile specified 261'],
  ['lockfile-outdated', 'This bundle has been frozen, but there is no Gemfile.lock present'],
  [
    'lockfile-outdated',
    'Your lockfile is missing a CHECKSUMS entry for "rack", but the lockfile can\'t be updated because frozen mode is set',
  ],
  [
    'lockfile-outdated',
    'You are trying to install in deployment mode after changing\n' +
      'your Gemfile. Run `bundle install` elsewhere and add the\nupdated Gemfile.lock to version control.',
  ],
  ['lockfile-outdated', "The dependencies in your gemfile changed, but the lockfile can't be updated because frozen mode is set"],
  ['lockfile-outdated', "The gemspecs for path gems changed, but the lockfile can't be updated because frozen mode is set"],
  ['gemfile-syntax', '[!] There was an error parsing `Gemfile`: unterminated string meets end of file - gem "a'],
  ['gem-ruby-version', 'rails-8.1.0 requires ruby version >= 3.2.0, which is incompatible with the current\nversion, 3.1.7p261'],
  ['gem-ruby-version', 'Because every version of rails depends on Ruby >= 3.2.0'],
  [
    'checksum',
    'Bundler found mismatched checksums. This is a potential security risk.\n  rack (3.1.20) sha256=00\n' +
      '    from the lockfile CHECKSUMS at Gemfile.lock:20:17',
  ],
  ['checksum', 'The checksum of /versions does not match the checksum provided by the server! Something is wrong.'],
  ['checksum', 'The given checksum for rack-3.1.20 ("x") is not a valid SHA256 hexdigest nor base64digest'],
  ['registry-auth', 'Authentication is required for gems.example.\nPlease supply credentials for this source.'],
  ['registry-auth', 'Bad username or password for https://user@gems.example/.'],
  ['registry-unreachable', 'Could not reach host gems.example. Check your network connection and try\nagain.'],
  ['registry-unreachable', 'Network error while fetching https://gems.example/quick/Marshal.4.8/a-1.gemspec.rz'],
  [
    'registry-tls',
    'Could not verify the SSL certificate for https://gems.example/.\n' +
      'SSL_connect returned=1 errno=0 state=error: certificate verify failed',
  ],
  [
    'git-source',
    'Git error: command `git clone --bare --no-hardlinks --quiet --\n' +
      'https://git.example/foo.git vendor/bundle/ruby/3.1.0/cache/bundler/git/foo-daf2` in directory /tmp/build_1 has failed.',
  ],
  [
    'gem-gone',
    'Your bundle is locked to rack (3.1.99) from rubygems repository\n' +
      'https://gems.example/ or installed locally, but that version can no longer be\n' +
      'found in that source. That means the author of rack (3.1.99) has removed it.',
  ],
  [
    'gem-gone',
    'Your bundle is locked to rack (3.1.99), but that version could not be found in any of the sources listed in your ' +
      "Gemfile. If you haven't changed sources, that means",
  ],
  [
    'no-source',
    'Because your Gemfile specifies no global remote source, your bundle is locked to rack (3.1.20) from locally ' +
      'installed gems. However, rack (3.1.20) is not installed.',
  ],
  ['gem-broken', 'Gem::Package::FormatError: package metadata is missing in vendor/cache/webrick-1.9.1.gem'],
  ['gem-missing', 'Could not find webrick-1.9.1 in cached gems or installed locally'],
  ['gem-missing', "Could not find gem 'webrick (~> 9)' in rubygems repository https://gems.example/"],
  // Each Bundler has its own end of that sentence; 2.3.7, 2.4 and 2.7 print these.
  ['gem-missing', 'Could not find rake-13.2.1 in any of the sources'],
  ['gem-missing', 'Could not find rake-13.2.1, thor-1.3.2 in locally installed gems nor rack-3.1.20 in cached gems or installed locally'],
  ['gem-missing', "Could not find gem 'rake' in cached gems from rubygems repository https://gems.example/ or installed locally."],
  [
    'gem-missing',
    "Could not find gems matching 'nokogiri' valid for all resolution platforms (x86_64-linux, arm64-darwin) in " +
      'rubygems repository https://gems.example/',
  ],
  ['gem-missing', 'Because rack >= 3 could not be found in locally installed gems'],
  [
    'native-library',
    'Gem::Ext::BuildError: ERROR: Failed to build gem native extension.\n' +
      "mysql client is missing. You may need to 'sudo apt-get install libmariadb-dev'",
  ],
  ['native-library', "ERROR: Can't find the 'MagickWand' library"],
  [
    'native-extension',
    'Gem::Ext::BuildError: ERROR: Failed to build gem native extension.\n\nmake failed, exit code 2\n\n' +
      'An error occurred while installing nio4r (2.7.4), and Bundler cannot continue.',
  ],
  [
    'gem-install',
    'Gem::RemoteFetcher::FetchError: bad response Not Found 404\n' +
      'An error occurred while installing rack (3.1.20), and Bundler cannot continue.',
  ],
  ['disk-full', 'Errno::ENOSPC: No space left on device @ io_write'],
  ['out-of-memory', 'g++: fatal error: Killed signal terminated program cc1plus\nKilled'],
  ['assets-database', 'rake aborted!\nPG::ConnectionBad: connection to server at "127.0.0.1", port 5432 failed: Connection refused'],
  ['assets-redis', 'rake aborted!\nRedisClient::CannotConnectError: Connection refused - connect(2) for 127.0.0.1:6379'],
  ['assets-key', 'rake aborted!\nActiveSupport::MessageEncryptor::InvalidMessage: ActiveSupport::MessageEncryptor::InvalidMessage'],
  [
    'assets-secret',
    "rake aborted!\nArgumentError: Missing `secret_key_base` for 'production' environment, set this string with " +
      '`bin/rails credentials:edit`',
  ],
  ['assets-config-var', 'rake aborted!\nKeyError: key not found: "PAYMENT_KEY"'],
  ['assets-javascript', 'rake aborted!\nCommand failed: yarn install'],
  ['assets-javascript', 'sh: 1: esbuild: not found'],
  ['assets-es6', 'rake aborted!\nUglifier::Error: Unexpected token: keyword (const).'],
  ['assets-missing', "rake aborted!\nSprockets::FileNotFound: couldn't find file 'nowhere.js'"],
  ['assets-sass', 'rake aborted!\nSassC::SyntaxError: Error: Undefined variable: "$blue".'],
  ['missing-gem', 'rake aborted!\nLoadError: cannot load such file -- faker'],
  ['ruby-syntax', 'rake aborted!\nSyntaxError: /app/config/initializers/x.rb:1: syntax error, unexpected end-of-input'],
  ['assets-failed', "rake aborted!\nNoMethodError: undefined method `upcase' for nil:NilClass"],
  ['unknown', 'Installing rack 3.1.20'],
];

describe('a file that can not be loaded', () => {
  const GEMS = '/tmp/build_1/vendor/bundle/ruby/3.1.0/gems';
  it.each([
    [
      'the app',
      `LoadError: cannot load such file -- faker\n` +
        `${GEMS}/bootsnap-1.18.4/lib/bootsnap/load_path_cache.rb:30:in \`require'\n/tmp/build_1/config/application.rb:5:in \`<main>'`,
      '',
    ],
    [
      'a gem',
      `LoadError: cannot load such file -- csv\n${GEMS}/zeitwerk-2.6.8/lib/zeitwerk/kernel.rb:34:in \`require'\n` +
        `${GEMS}/report-kit-1.2.0/lib/report.rb:1:in \`<main>'\n/tmp/build_1/config/application.rb:5:in \`<main>'`,
      'report-kit-1.2.0 csv',
    ],
    ['another failure', "NoMethodError: undefined method\n/tmp/build_1/config/application.rb:5:in `<main>'", ''],
  ])('is missing to %s', (_, log, wanted) => {
    expect(
      spawnSync('bash', ['-c', 'source buildpacks/ruby/lib/assets.sh; who_loads /dev/stdin'], {
        input: log,
        encoding: 'utf8',
      }).stdout.trim(),
    ).toBe(wanted);
  });
});

testFailures('ruby', 'failures of Bundler and rake', LOGS);
