// What the Ruby buildpack makes of Gemfile and Gemfile.lock.
import { describe, expect, it } from 'vitest';
import { makePlan, toBash } from '../../../buildpacks/ruby/lib/plan.mjs';
import { Problem } from '../../../buildpacks/ruby/lib/problem.mjs';
import { satisfies } from '../../../buildpacks/ruby/lib/versions.mjs';

interface AnApp {
  gemfile?: string;
  lock?: string;
  files?: Record<string, string>;
  dirs?: Record<string, string[]>;
  env?: Record<string, string>;
  stack?: string;
  isExecutable?: boolean;
}

function plan({
  gemfile = 'source "https://gems.example"\n',
  lock = aLock(),
  files = {},
  dirs = {},
  env = {},
  stack = '3.1.7',
  isExecutable = true,
}: AnApp = {}) {
  const all: Record<string, string | undefined> = { Gemfile: gemfile, 'Gemfile.lock': lock, ...files };
  return makePlan({
    files: (name) => all[name],
    list: (dir) => dirs[dir] ?? [],
    isExecutable: () => isExecutable,
    stackVersion: stack,
    cpu: 'x86_64',
    env,
  });
}

function aLock({ gems = ['rack (3.1.20)'], platforms = ['x86_64-linux'], ruby = '', bundler = '2.3.27' } = {}): string {
  const specs = gems.map((gem) => `    ${gem}\n`).join('');
  const version = ruby ? `\nRUBY VERSION\n   ${ruby}\n` : '';
  return `GEM\n  remote: https://gems.example/\n  specs:\n${specs}\nPLATFORMS\n${platforms.map((each) => `  ${each}\n`).join('')}\nDEPENDENCIES\n  rack\n${version}\nBUNDLED WITH\n   ${bundler}\n`;
}

function problem(app: AnApp): Problem {
  try {
    plan(app);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('there was no problem');
}

describe('the version of Ruby', () => {
  it.each<[string, AnApp, string, string]>([
    ['a range that the stack satisfies', { gemfile: 'ruby "~> 3.1"' }, '~> 3.1', ''],
    ['two requirements', { gemfile: "ruby '>= 3.0', '< 3.3'" }, '>= 3.0, < 3.3', ''],
    ['another patch level in the Gemfile', { gemfile: 'source "x"\n\nruby "3.1.2"\n' }, '3.1.2', '3'],
    ['a newer patch level as a range', { gemfile: 'ruby("~> 3.1.9")' }, '~> 3.1.9', '1'],
    ['the patch level and more', { gemfile: 'ruby "3.1.2p20"' }, '3.1.2p20', '1'],
    ['.ruby-version by the Gemfile', { gemfile: 'ruby file: ".ruby-version"', files: { '.ruby-version': 'ruby-3.1.2\n' } }, '3.1.2', '0'],
    [
      'code in the Gemfile, and the lockfile',
      { gemfile: 'ruby ENV.fetch("RUBY", "9.9.9")', lock: aLock({ ruby: 'ruby 3.1.2p20' }) },
      '3.1.2',
      '0',
    ],
    ['.ruby-version alone', { files: { '.ruby-version': '3.4.1' } }, '3.4.1', ''],
    [
      'a Gemfile that allows more than the lockfile was made with',
      { gemfile: 'ruby ">= 3.1"', lock: aLock({ ruby: 'ruby 3.3.8p144' }) },
      '>= 3.1',
      '',
    ],
    ['no version', {}, '', ''],
    ['a comment about it', { gemfile: '# ruby "2.7.0"\ngem "ruby-vips"' }, '', ''],
  ])('%s is fine', (_, app, wanted, line) => {
    expect(plan(app)).toMatchObject({ RUBY: '3.1.7', RUBY_WANTED: wanted, RUBY_LINE: line });
  });

  it.each<[string, AnApp, string]>([
    ['another minor in the Gemfile', { gemfile: 'ruby "3.4.1"' }, 'Ruby 3.4.1 (Gemfile)'],
    ['a range without the stack’s', { gemfile: 'ruby ">= 3.2"' }, 'Ruby >= 3.2 (Gemfile)'],
    ['another minor in the lockfile', { lock: aLock({ ruby: 'ruby 2.7.8p225' }) }, 'Ruby 2.7.8 (Gemfile.lock)'],
    ['a preview', { gemfile: 'ruby "3.5.0.preview1"' }, 'Ruby 3.5.0.preview1 (Gemfile)'],
    [
      '.ruby-version by the Gemfile',
      { gemfile: 'ruby file: ".ruby-version"', files: { '.ruby-version': '3.4.1' } },
      'Ruby 3.4.1 (.ruby-version)',
    ],
  ])('%s is refused with what there is', (_, app, named) => {
    const { id, lines } = problem(app);
    expect(id).toBe('ruby-version');
    expect(lines[0]).toBe(`${named} can't be had on this stack, which has: 3.1.7.`);
    expect(lines.join('\n')).toContain('paas stack:set');
  });

  it.each(['jruby', 'truffleruby'])('%s is refused', (engine) => {
    expect(problem({ gemfile: `ruby "3.1.4", engine: "${engine}", engine_version: "9.4.0.0"` })).toMatchObject({ id: 'ruby-engine' });
    expect(problem({ lock: aLock({ ruby: `ruby 3.1.4p0 (${engine} 9.4.0.0)` }) })).toMatchObject({ id: 'ruby-engine' });
  });

  it('is warned about when it is another patch level, or unsaid', () => {
    expect(plan({ gemfile: 'ruby "3.1.2"' })['WARNINGS']).toEqual([
      'Gemfile asks for Ruby 3.1.2; the stack has 3.1.7, and the app gets that. Write ruby "~> 3.1.0" to be content with it.',
    ]);
    expect(plan({ files: { '.ruby-version': '3.4.1' } })['WARNINGS']).toEqual([
      ".ruby-version says Ruby 3.4.1, but the Gemfile does not insist on it: the app gets the stack's 3.1.7.",
    ]);
    expect(plan()['WARNINGS']).toEqual([expect.stringContaining('says no Ruby version')]);
    expect(plan({ gemfile: 'ruby "~> 3.1.0"' })['WARNINGS']).toEqual([]);
  });

  it.each<[string, string[], boolean]>([
    ['3.1.7', ['3.1.7'], true],
    ['3.1.7', ['= 3.1.6'], false],
    ['3.1.7', ['~> 3.1.2'], true],
    ['3.1.7', ['~> 3'], true],
    ['3.1.7', ['~> 3.2'], false],
    ['3.10.0', ['>= 3.9'], true],
    ['3.1.7', ['!= 3.1.7'], false],
    ['3.1.7', ['> 3.1', '<= 3.1.7'], true],
  ])('%s against %j is %s', (version, requirements, isSatisfied) => {
    expect(satisfies(version, requirements)).toBe(isSatisfied);
  });
});

describe('Gemfile.lock', () => {
  it.each<[string, string, string]>([
    ['missing', '', 'no-lockfile'],
    ['with a merge conflict', `<<<<<<< HEAD\n${aLock()}`, 'lockfile-conflict'],
    ['for other systems', aLock({ platforms: ['arm64-darwin-23', 'x64-mingw-ucrt'] }), 'lockfile-platform'],
    ['for musl', aLock({ platforms: ['x86_64-linux-musl'] }), 'lockfile-platform'],
  ])('%s is refused', (_, lock, id) => {
    expect(problem({ lock })).toMatchObject({ id });
  });

  it('says how to add Linux', () => {
    expect(problem({ lock: aLock({ platforms: ['arm64-darwin-23'] }) }).lines).toEqual([
      'Gemfile.lock is for arm64-darwin-23 only, but apps run on x86_64-linux.',
      'Run "bundle lock --add-platform x86_64-linux", commit Gemfile.lock, and push again.',
    ]);
  });

  it.each(['ruby', 'x86_64-linux', 'x86_64-linux-gnu'])('for %s is fine', (platform) => {
    expect(plan({ lock: aLock({ platforms: ['arm64-darwin-23', platform] }) })).toMatchObject({ INSTALL: '1' });
  });

  it('may come from Windows', () => {
    expect(plan({ lock: aLock({ gems: ['railties (7.2.2.2)'] }).replaceAll('\n', '\r\n') })).toMatchObject({
      RAILS: '7.2.2.2',
      BUNDLED_WITH: '2.3.27',
    });
  });

  it('may name no gems', () => {
    expect(plan({ lock: aLock({ gems: [] }) })).toMatchObject({ INSTALL: '' });
  });
});

describe('the key of the gems', () => {
  const key = (app: AnApp = {}) => plan(app)['GEMS_KEY'];

  it.each<[string, AnApp]>([
    ['a comment in the Gemfile', { gemfile: '# why\nsource "https://gems.example"\n\n' }],
    ['another Bundler', { lock: aLock({ bundler: '2.6.2' }) }],
    ['other files and config vars', { files: { 'app.rb': '1' }, env: { GREETING: 'hello' } }],
  ])('stays with %s', (_, app) => {
    expect(key(app)).toBe(key());
  });

  it.each<[string, AnApp]>([
    ['a group in the Gemfile', { gemfile: 'source "https://gems.example"\ngroup(:test) { gem "rack" }' }],
    ['another version of a gem', { lock: aLock({ gems: ['rack (3.1.21)'] }) }],
    ['another Ruby', { stack: '3.3.8' }],
    ['BUNDLE_WITHOUT', { env: { BUNDLE_WITHOUT: 'test' } }],
  ])('changes with %s', (_, app) => {
    expect(key(app)).not.toBe(key());
  });

  it('changes with what the Gemfile reads', () => {
    const gemfile = 'eval_gemfile "gems/extra.rb"\ngem "pg" if ENV["WITH_PG"]';
    const one = key({ gemfile, files: { 'gems/extra.rb': 'gem "a"' } });
    expect(key({ gemfile, files: { 'gems/extra.rb': 'gem "b"' } })).not.toBe(one);
    expect(key({ gemfile, files: { 'gems/extra.rb': 'gem "a"' }, env: { WITH_PG: '1' } })).not.toBe(one);
  });
});

describe('default process types', () => {
  const RAILS = ['railties (7.2.2.2)', 'rack (3.1.20)', 'rake (13.2.1)', 'puma (6.6.0)'];
  const railsFiles = { 'config/application.rb': '', 'bin/rails': '', 'config.ru': '', Rakefile: '' };
  const rack = { 'config.ru': '' };

  it.each<[string, AnApp, string[]]>([
    [
      'Rails',
      { lock: aLock({ gems: RAILS }), files: railsFiles },
      ['web: bin/rails server -p ${PORT:-5000} -e $RAILS_ENV', 'console: bin/rails console', 'rake: bundle exec rake'],
    ],
    [
      'Rails from Windows',
      { lock: aLock({ gems: RAILS }), files: railsFiles, isExecutable: false },
      ['web: ruby bin/rails server -p ${PORT:-5000} -e $RAILS_ENV', 'console: ruby bin/rails console', 'rake: bundle exec rake'],
    ],
    [
      'Rails without bin',
      { lock: aLock({ gems: RAILS }), files: { 'config/application.rb': '' } },
      ['web: bundle exec rails server -p ${PORT:-5000} -e $RAILS_ENV', 'console: bundle exec rails console'],
    ],
    [
      'Rack 2',
      { lock: aLock({ gems: ['rack (2.2.22)'] }), files: rack },
      ['web: bundle exec rackup config.ru -p ${PORT:-5000} -o 0.0.0.0', 'console: bundle exec irb'],
    ],
    [
      'Rack 3 with rackup',
      { lock: aLock({ gems: ['rack (3.1.20)', 'rackup (2.1.0)'] }), files: rack },
      ['web: bundle exec rackup config.ru -p ${PORT:-5000} -o 0.0.0.0', 'console: bundle exec irb'],
    ],
    [
      'Rack 3 with Puma alone',
      { lock: aLock({ gems: ['rack (3.1.20)', 'puma (6.6.0)'] }), files: rack },
      ['web: bundle exec puma -p ${PORT:-5000}', 'console: bundle exec irb'],
    ],
    [
      'Puma with a file of its own',
      { lock: aLock({ gems: ['rack (3.1.20)', 'rackup (2.1.0)', 'puma (6.6.0)'] }), files: { ...rack, 'config/puma.rb': '' } },
      ['web: bundle exec puma -C config/puma.rb -p ${PORT:-5000}', 'console: bundle exec irb'],
    ],
    ['Rack 3 without a server', { lock: aLock(), files: rack }, ['console: bundle exec irb']],
    [
      'plain Ruby with a Rakefile',
      { lock: aLock({ gems: ['rake (13.2.1)'] }), files: { Rakefile: '' } },
      ['console: bundle exec irb', 'rake: bundle exec rake'],
    ],
  ])('of %s', (_, app, types) => {
    expect(plan(app)['TYPES']).toEqual(types);
  });
});

describe('assets', () => {
  it.each<[string, AnApp, string]>([
    ['Sprockets', { lock: aLock({ gems: ['rake (13.2.1)', 'sprockets-rails (3.4.1)'] }), files: { Rakefile: '' } }, '1'],
    [
      'a task of the app',
      {
        lock: aLock({ gems: ['rake (13.2.1)'] }),
        files: { Rakefile: '', 'lib/tasks/a.rake': 'task "assets:precompile" do' },
        dirs: { 'lib/tasks': ['a.rake'] },
      },
      '1',
    ],
    ['an API', { lock: aLock({ gems: ['rake (13.2.1)', 'railties (7.2.2.2)'] }), files: { Rakefile: '' } }, ''],
    ['no Rakefile', { lock: aLock({ gems: ['rake (13.2.1)', 'sprockets-rails (3.4.1)'] }) }, ''],
  ])('of %s', (_, app, wanted) => {
    expect(plan(app)['ASSETS']).toBe(wanted);
  });

  it('are made without a database', () => {
    expect(plan({ lock: aLock({ gems: ['pg (1.5.9-x86_64-linux)'] }) })['DATABASE']).toBe('postgres://user:pass@127.0.0.1/dbname');
    expect(plan()['DATABASE']).toBe('');
  });
});

it('is said to bash with quotes', () => {
  expect(toBash({ A: "it's", B: ['x y', '$z'] })).toBe("A='it'\\''s'\nB=('x y' '$z')");
});
