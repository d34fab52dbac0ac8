// What the Ruby buildpack refuses, and in which words; which gems are installed from where, and when anew.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

const PLAIN = 'test/fixtures/apps/ruby-procfile';
const webrick = readFileSync(join(PLAIN, 'vendor/cache/webrick-1.9.1.gem'));

/** An app with one gem in vendor/cache. */
const plain: Case['files'] = {
  Gemfile: 'source "https://gems.example"\ngem "webrick"\n',
  'Gemfile.lock': aLock(['webrick (1.9.1)'], ['webrick']),
  'vendor/cache/webrick-1.9.1.gem': webrick,
};

/** A registry beside the build, of the gems in the app's directory `registry/gems`, as Bundler reads its index. */
const SERVE = `rm -rf /tmp/registry; mv registry /tmp/registry; mkdir /tmp/registry/info; echo --- >/tmp/registry/versions
for file in /tmp/registry/gems/*; do
  name=$(basename "$file" .gem); gem=\${name%-*}
  printf -- '---\\n%s |checksum:%s\\n' "\${name##*-}" "$(sha256sum <"$file" | cut -c1-64)" >"/tmp/registry/info/$gem"
  echo "$gem \${name##*-} $(md5sum <"/tmp/registry/info/$gem" | cut -c1-32)" >>/tmp/registry/versions
done
python3 -m http.server --bind 127.0.0.1 --directory /tmp/registry 9292 >/dev/null 2>&1 & trap 'kill %1' EXIT
until (echo >/dev/tcp/127.0.0.1/9292) 2>/dev/null; do sleep 0.1; done; export BUNDLE_MIRROR__ALL=http://127.0.0.1:9292;`;

function aLock(specs: string[], dependencies: string[], platforms = ['x86_64-linux', 'aarch64-linux']): string {
  const lines = (list: string[], indent: string) => list.map((each) => `${indent}${each}\n`).join('');
  return (
    `GEM\n  remote: https://gems.example/\n  specs:\n${lines(specs, '    ')}\nPLATFORMS\n${lines(platforms, '  ')}\n` +
    `DEPENDENCIES\n${lines(dependencies, '  ')}\nBUNDLED WITH\n   2.3.27\n`
  );
}

function without(files: Case['files'], ...names: string[]): Case['files'] {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

const RAKEFILE = 'task("assets:precompile") { puts "made"; mkdir_p "public/assets"; File.write("public/assets/a.css", "") }\n';
const rakeGem = readFileSync('test/fixtures/apps/ruby-rails/vendor/cache/rake-13.2.1.gem');
/** What of an app makes it ask for two gems. */
const both: Case['files'] = {
  Gemfile: 'source "https://gems.example"\ngem "webrick"\ngem "rake"\n',
  'Gemfile.lock': aLock(['rake (13.2.1)', 'webrick (1.9.1)'], ['rake', 'webrick']),
};
const assets: Case['files'] = {
  Gemfile: 'source "https://gems.example"\ngem "rake"\n',
  'Gemfile.lock': aLock(['rake (13.2.1)'], ['rake']),
  'vendor/cache/rake-13.2.1.gem': rakeGem,
  Rakefile: RAKEFILE,
  'app/models/note.rb': '',
};
/** Another build of the app as it is now, as far as the platform's own part goes. */
const AGAIN = 'keep; rm -rf .slipway .profile.d; cp -r "$case"/app/. .; chmod -R u+w .;';

const cases: [string, Omit<Case, 'script'> & { script?: string }, number, (string | RegExp)[]][] = [
  [
    'no lockfile',
    { files: { Gemfile: '' } },
    1,
    [
      ' !     Gemfile.lock is missing: it says which versions of the gems the app gets.',
      /^ !     Run "bundle install", commit Gemfile\.lock/,
    ],
  ],
  [
    'a lockfile for other systems',
    { files: { ...plain, 'Gemfile.lock': aLock(['webrick (1.9.1)'], ['webrick'], ['arm64-darwin-23']) } },
    1,
    [/^ !     Gemfile\.lock is for arm64-darwin-23 only/, /bundle lock --add-platform (x86_64|aarch64)-linux/],
  ],
  [
    'a lockfile that is out of date',
    { files: { ...plain, Gemfile: `${String(plain['Gemfile'])}gem "rack"\n` } },
    1,
    [' !     Gemfile.lock is out of date: it does not match the Gemfile. Run "bundle install", commit Gemfile.lock, and push again.'],
  ],
  [
    'a Gemfile that is no Ruby',
    { files: { ...plain, Gemfile: 'gem "a' } },
    1,
    [" !     The Gemfile can't be read (above): correct it, and push again."],
  ],
  [
    'another Ruby',
    { files: { ...plain, Gemfile: `ruby "2.7.8"\n${String(plain['Gemfile'])}` } },
    1,
    [
      /^ !     Ruby 2\.7\.8 \(Gemfile\) can't be had on this stack, which has: 3\.\d+\.\d+\.$/,
      /^ !     Write ruby "~> 3\.\d\.0" in the Gemfile/,
    ],
  ],
  [
    'another patch level, which Bundler is content with',
    {
      files: plain,
      script:
        'line=$(ruby -e "print RUBY_VERSION[/[0-9]+.[0-9]+/]"); sed -i "1i ruby \\"$line.99\\"" Gemfile; printf ' +
        '"\\nRUBY VERSION\\n   ruby %s.99p1\\n" $line >>Gemfile.lock; compile && head -n 1 Gemfile; HOME=$PWD; source ' +
        '.profile.d/ruby.sh; bundle exec ruby -e "puts :runs"',
    },
    0,
    [/^ !     Gemfile asks for Ruby 3\.\d\.99; the stack has 3\.\d\.\d+, and the app gets that\./, /^ruby "3\.\d\.\d+"$/, 'runs'],
  ],
  [
    'the Ruby of .ruby-version, as Bundler 2.4 and later read it from the Gemfile',
    {
      files: { ...plain, Gemfile: `ruby file: ".ruby-version" # ours\n${String(plain['Gemfile'])}` },
      script:
        'ruby -e "print RUBY_VERSION[/[0-9]+.[0-9]+/], %(.99)" >.ruby-version; printf "\\nRUBY VERSION\\n   ruby ' +
        '%sp1\\n" $(cat .ruby-version) >>Gemfile.lock; compile && head -n 1 Gemfile; HOME=$PWD; source ' +
        '.profile.d/ruby.sh; bundle exec ruby -e "puts :runs"',
    },
    0,
    [
      /^ !     \.ruby-version asks for Ruby 3\.\d\.99; the stack has 3\.\d\.\d+, and the app gets that\./,
      /^ruby "3\.\d\.\d+" # ours$/,
      'runs',
    ],
  ],
  [
    'a Gemfile that names an empty .ruby-version',
    { files: { ...plain, Gemfile: `ruby file: ".ruby-version"\n${String(plain['Gemfile'])}`, '.ruby-version': '\n' } },
    1,
    [' !     The Gemfile takes its Ruby from .ruby-version, which is empty.'],
  ],
  [
    'an empty lockfile',
    { files: { ...plain, 'Gemfile.lock': '' } },
    1,
    [' !     Gemfile.lock is empty: it says which versions of the gems the app gets.'],
  ],
  [
    'a gem file that is none',
    { files: { ...plain, 'vendor/cache/webrick-1.9.1.gem': 'version https://git-lfs.github.com/spec/v1\n' } },
    1,
    [/^ !     A gem's file is broken \(.*Where it is in vendor\/cache, run "bundle cache" anew/],
  ],
  [
    'a registry out of reach',
    { files: without(plain, 'vendor/cache/webrick-1.9.1.gem') },
    1,
    [/^ !     The gem source could not be reached from the build/],
  ],
  [
    'a git source out of reach',
    {
      files: {
        Gemfile: 'source "https://gems.example"\ngem "a", git: "https://127.0.0.1:1/a.git"\n',
        'Gemfile.lock':
          `GIT\n  remote: https://127.0.0.1:1/a.git\n  revision: ${'1'.repeat(40)}\n  specs:\n    a (1.0)\n\n` + `${aLock([], ['a!'])}`,
      },
    },
    1,
    [/^ !     A gem that comes from git can't be fetched/],
  ],
  [
    'no gems at all',
    { files: { Gemfile: 'source "https://gems.example"\n', 'Gemfile.lock': aLock([], []) } },
    0,
    ['       Gemfile.lock names no gems: nothing to install.'],
  ],
  [
    'gems from vendor/cache, once',
    {
      files: plain,
      script: `compile && head -c 200 .slipway/report; ls vendor/cache; ${AGAIN} echo == again; compile; cat .slipway/report`,
    },
    0,
    [
      '       Running: bundle install --local (gems of vendor/cache)',
      'gems: "installed"',
      '== again',
      '       Nothing to install: the gems are those of the last build.',
      'gems: "reused"',
    ],
  ],
  [
    'settings and gems of the developer’s machine',
    {
      files: { ...plain, '.bundle/config': '---\nBUNDLE_PATH: "elsewhere"\n', 'vendor/bundle/x': '' },
      script: 'compile; ls -d vendor/bundle/ruby/*/gems/webrick-1.9.1',
    },
    0,
    [/^ !     \.bundle\/config is in the repository/, /^ !     vendor\/bundle is in the repository/, /gems\/webrick-1\.9\.1$/],
  ],
  [
    'gems from a registry, where vendor/cache does not have them all',
    {
      files: { ...plain, ...both, 'registry/gems/webrick-1.9.1.gem': webrick, 'registry/gems/rake-13.2.1.gem': rakeGem },
      script: `${SERVE} compile; ls vendor/bundle/ruby/*/gems`,
    },
    0,
    [
      /^ {7}vendor\/cache does not have them all: /,
      '       Running: bundle install (without development:test)',
      'rake-13.2.1',
      'webrick-1.9.1',
    ],
  ],
  [
    'gems of the last build beside a new one',
    {
      files: {
        ...without(plain, 'vendor/cache/webrick-1.9.1.gem'),
        'registry/gems/webrick-1.9.1.gem': webrick,
        'registry/gems/rake-13.2.1.gem': rakeGem,
      },
      script:
        `${SERVE} compile; keep; rm -rf .slipway registry; echo == more; echo 'gem "rake"' >>Gemfile; sed -i 's/^    ` +
        `webrick.*/    rake (13.2.1)\\n&/; s/^  webrick.*/  rake\\n&/' Gemfile.lock; compile; ls ` +
        `vendor/bundle/ruby/*/gems; cat .slipway/forget`,
    },
    0,
    ['== more', 'rake-13.2.1', 'webrick-1.9.1', /^ruby\/gems\/[0-9a-f]{24}$/],
  ],
  [
    'a gem of the app itself, and none besides',
    {
      files: {
        Gemfile: 'source "https://gems.example"\ngem "own", path: "gems/own"\n',
        'Gemfile.lock': `PATH\n  remote: gems/own\n  specs:\n    own (0.1.0)\n\n${aLock([], ['own!'])}`,
        'gems/own/own.gemspec':
          'Gem::Specification.new { |s| s.name = "own"; s.version = "0.1.0"; s.summary = "own"; s.authors = ["Jane"]; ' +
          's.files = ["lib/own.rb"] }',
        'gems/own/lib/own.rb': 'puts "own runs"',
      },
      script: `compile; ${AGAIN} compile; HOME=$PWD; source .profile.d/ruby.sh; bundle exec ruby -e 'require "own"'`,
    },
    0,
    [/^-----> Installing dependencies using bundler /, '       Nothing to install: the gems are those of the last build.', 'own runs'],
  ],
  [
    'gems but those of a group that is left out',
    {
      files: { ...plain, ...both, Gemfile: 'source "https://gems.example"\ngem "webrick"\ngem "rake", group: :tools\n' },
      config: { BUNDLE_WITHOUT: 'tools' },
      script: 'compile; ls vendor/bundle/ruby/*/gems; grep -o "BUNDLE_WITHOUT-.*}" .profile.d/ruby.sh',
    },
    0,
    ['webrick-1.9.1', 'BUNDLE_WITHOUT-tools}'],
  ],
  [
    'the Bundler that wrote the lockfile, where there is none newer',
    {
      files: { ...plain, 'Gemfile.lock': String(plain['Gemfile.lock']).replace('2.3.27', '99.1.0') },
      script: 'compile; ls vendor/bundle/ruby/*/gems',
    },
    0,
    [/^ !     Bundler 99\.1\.0 \(BUNDLED WITH in Gemfile\.lock\) can't be had for Ruby 3\./, 'webrick-1.9.1'],
  ],
  [
    'assets once, and not for a change of a model',
    {
      files: assets,
      script:
        `compile; ${AGAIN} echo '# more' >>app/models/note.rb; echo == again; compile; ls public/assets; ${AGAIN} mkdir ` +
        `app/assets; echo == asset; echo 'a {}' >app/assets/a.css; compile`,
    },
    0,
    [
      '-----> Preparing app for Rails asset pipeline',
      '       made',
      '== again',
      '       Nothing to make: the assets are those of the last build.',
      'a.css',
      '== asset',
      '       made',
    ],
  ],
  [
    'assets whose time says that they are others, where all files have one time',
    {
      files: {
        ...assets,
        Rakefile: 'task("assets:precompile") { puts "dated #{File.mtime("app/assets/a.css").to_i}" }',
        'app/assets/a.css': 'a {}',
      },
      script:
        `dated() { touch -d @0 app/assets/*; compile | grep dated; }; one=$(dated); ${AGAIN} echo 'b {}' ` +
        `>app/assets/a.css; two=$(dated); ${AGAIN} rm -rf /tmp/cache/ruby/assets-key; three=$(dated); [ "$one" != ` +
        `"$two" ] && [ "$one" = "$three" ] && echo right || echo "$one $two $three"`,
    },
    0,
    ['right'],
  ],
  [
    'assets that see what dynos see, and what they have installed in each slug',
    {
      files: {
        ...assets,
        Rakefile:
          'task("assets:precompile") { require "own"; puts "sees #{Own} #{`own`}"; mkdir_p "node_modules/left"; mkdir_p "public/assets" }',
        'lib/own.rb': 'Own = :lib',
        'bin/own': '#!/bin/sh\necho bin',
      },
      config: { RUBYLIB: '/app/lib' },
      script:
        `chmod +x bin/own; compile | grep sees; ls node_modules; ${AGAIN} compile >/dev/null; ls node_modules; ${AGAIN} ` +
        `rm -rf /tmp/cache/ruby/assets-key; compile | grep -E 'sees|Nothing'`,
    },
    0,
    ['       sees lib bin', 'left', 'left', '       Nothing to install: the gems are those of the last build.', '       sees lib bin'],
  ],
  [
    'its buildpack twice',
    { files: plain, script: 'compile >/dev/null; compile' },
    1,
    [
      " !     Ruby's buildpack has run already in this build: it is among the app's buildpacks twice.",
      ' !     Look with paas buildpacks, and take one out with paas buildpacks:remove.',
    ],
  ],
  [
    'assets that need a config var',
    { files: { ...assets, Rakefile: 'task("assets:precompile") { ENV.fetch("PAYMENT_KEY") }' } },
    1,
    [/^ !     The app needs a config var to start: KeyError: key not found: "PAYMENT_KEY".*\. Set it with paas config:set\.$/],
  ],
  [
    'assets with config vars',
    { files: { ...assets, Rakefile: 'task("assets:precompile") { puts ENV.fetch("GREETING").upcase }' }, config: { GREETING: 'hello' } },
    0,
    ['       HELLO'],
  ],
];

describe('the Ruby buildpack', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'ruby',
      cases.map(([, each]) => ({ script: 'compile', ...each })),
    );
  }, 600_000);

  it.each(cases.map(([title, , status, lines], index) => ({ title, status, lines, index })))('$title', ({ status, lines, index }) => {
    const { said, status: found } = outcomes[index]!;
    const heard = said.split('\n');
    let from = 0;
    for (const line of lines) {
      const at = heard.findIndex((each, place) => place >= from && (typeof line === 'string' ? each === line : line.test(each)));
      expect(at, `${String(line)} is not said, or not in this order:\n${said}`).toBeGreaterThanOrEqual(0);
      from = at + 1;
    }
    expect(found, said).toBe(status);
  });
});
