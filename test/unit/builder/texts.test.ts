// What people read, word for word.
import { describe, expect, it } from 'vitest';
import { toldFailure } from '../../../src/builder/failures.js';
import {
  introText,
  launchText,
  plainFailure,
  processTypesText,
  releasedText,
  slugTooLargeFailure,
  timeFailure,
  undetectedFailure,
} from '../../../src/builder/texts.js';

describe('a build says', () => {
  it('which stack and buildpacks it uses', () => {
    expect(introText('Slipway-12', [])).toBe(
      '-----> Building on the Slipway-12 stack\n-----> Determining which buildpack to use for this app\n',
    );
    expect(introText('Slipway-12', ['a'])).toBe('-----> Building on the Slipway-12 stack\n-----> Using buildpack: a\n');
    expect(introText('Slipway-12', ['a', 'b'])).toBe(
      '-----> Building on the Slipway-12 stack\n-----> Using buildpacks:\n       1. a\n       2. b\n',
    );
  });

  it('which process types there are', () => {
    expect(processTypesText({ declared: { web: 'a', worker: 'b' }, defaults: { web: 'c', console: 'd' }, warnings: ['Beware.'] })).toBe(
      '-----> Discovering process types\n       Procfile declares types     -> web, worker\n' +
        '       Default types for buildpack -> console\n !     Beware.\n',
    );
    expect(processTypesText({ declared: {}, defaults: {}, warnings: [] })).toContain(
      'Procfile declares types     -> (none)\n       Nothing will run',
    );
  });

  it('how large the slug is, and where the app answers', () => {
    expect(launchText(46_700_000)).toBe('       Done: 44.5M\n-----> Launching...\n');
    expect(releasedText({ version: 5, url: 'http://a.localhost/', hasReleaseCommand: false })).toBe(
      '       Released v5\n       http://a.localhost/ deployed to Slipway\n\n',
    );
    expect(releasedText({ version: 5, url: 'u', hasReleaseCommand: true })).toMatch(
      /^ !     Release command declared: this new release will not be available until the command succeeds\.\n {7}Released v5\n/,
    );
  });
});

describe('a failure', () => {
  it('is one line, then that the push failed', () => {
    expect(plainFailure('No.').said).toBe('\n !     No.\n\n !     Push failed\n');
    expect(timeFailure(900).failure).toContain('15 min');
    expect(timeFailure(20).failure).toContain('20 s');
    expect(slugTooLargeFailure(766_509_056, 500).said).toContain(' !     Compiled slug size: 731M is too large (max is 500M).\n');
    expect(undetectedFailure([]).said).toContain('The top of the app holds: nothing.');
  });

  it('of an unknown language can be read at 80 columns', () => {
    const { said } = undetectedFailure(['lib', 'notes.txt']);
    expect(said).toContain(
      ' !     The top of the app holds: lib, notes.txt.\n !     Slipway looks there for:\n !       Ruby           Gemfile\n',
    );
    expect(said.split('\n').filter((line) => line.length > 80 || /\t/.test(line))).toEqual([]);
    expect(toldFailure('undetected', 'Elixir|mix.exs|https://example.com/x\nlib\nmix.exs', [])?.said).toBe(
      [
        '',
        ' !     No default language could be detected for this app.',
        ' !     mix.exs belongs to Elixir, for which Slipway has no buildpack.',
        ' !     Set one by its URL, and push again: paas buildpacks:set https://example.com/x',
        '',
        ' !     Push failed',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['compile', 'Node.js', 'Push rejected, failed to compile Node.js app.'],
    ['incompatible', '1', 'App not compatible with buildpack: two'],
    ['source', 'tar: Oops', "The source can't be unpacked: tar: Oops"],
    ['release', 'X', 'Push rejected, bin/release of X failed.'],
    ['forged', '', 'The platform could not finish this build; its operator finds the reason in the log. Push again.'],
  ])('that build.sh calls %s', (kind, detail, failure) => {
    expect(toldFailure(kind, detail, ['one', 'two'])?.failure).toBe(failure);
  });

  it('is none when none was told', () => {
    expect(toldFailure(undefined, '', [])).toBe(null);
  });
});
