// Where submodules come from, by .gitmodules and the tree.
import { describe, expect, it } from 'vitest';
import { readSubmodules } from '../../../../src/model/git/submodules.js';

const COMMIT = 'a'.repeat(40);
const link = (path: string) => ({ path, commit: COMMIT });
const settings =
  '[submodule "lib"]\n\tpath = vendor/lib\n\turl = https://example.com/a/lib.git\n[submodule "x"]\n' +
  '  url = "../x y.git"\n  path = "x y"\n\tbranch = main\n';

describe('submodules', () => {
  it('have the URLs of .gitmodules, relative ones from their own repository', () => {
    expect(readSubmodules(settings, [link('vendor/lib')], null)).toEqual([
      { path: 'vendor/lib', url: 'https://example.com/a/lib.git', commit: COMMIT },
    ]);
    expect(readSubmodules(settings, [link('x y')], 'https://example.com/a/b.git')).toEqual([
      { path: 'x y', url: 'https://example.com/a/x%20y.git', commit: COMMIT },
    ]);
    expect(readSubmodules(settings, [], null)).toEqual([]);
  });

  it('that can not be found are refused', () => {
    expect(() => readSubmodules(settings, [link('gone')], null)).toThrow('gone is a git submodule, but .gitmodules names no URL for it.');
    expect(() => readSubmodules(settings, [link('x y')], null)).toThrow(
      'The git submodule x y has the relative URL ../x y.git, which leads nowhere from here.',
    );
    const read = () => readSubmodules(settings, [link('x y')], 'git@example.com:a/b.git');
    expect(read).toThrow('but git@example.com:a/b.git is no URL that it could begin at.');
  });

  it('of a section without a URL have none', () => {
    const halves = '[submodule "a"]\n\tpath = a\n[submodule "b"]\n\turl = https://example.com/b.git\n';
    expect(() => readSubmodules(halves, [link('a')], null)).toThrow('names no URL for it');
  });
});
