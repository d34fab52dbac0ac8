import { describe, expect, it } from 'vitest';
import { sourcePath } from '../../../../src/model/build/source-dir.js';

describe('a path within a repository', () => {
  it.each([
    ['services/api', 'services/api'],
    ['./services//api/', 'services/api'],
    ['a b/ü', 'a b/ü'],
    ['...', '...'],
  ])('%j is %j', (given, expected) => {
    expect(sourcePath(given, 'dir')).toBe(expected);
  });

  it.each([
    ['/etc', 'dir "/etc" begins at the root: name it from the top of the repository.'],
    ['../other', 'dir "../other" leads upwards: name it from the top of the repository.'],
    ['a/../../b', 'dir "a/../../b" leads upwards: name it from the top of the repository.'],
    ['.', 'dir "." is the whole repository: leave it out.'],
    ['', 'dir "" is the whole repository: leave it out.'],
    ['.git/hooks', 'dir ".git/hooks" is no part of a commit.'],
    ['a\nb', 'dir "a\\nb" has a control character.'],
    ['x'.repeat(501), / has more than 500 characters\.$/],
  ])('%j is none', (given, message) => {
    expect(() => sourcePath(given, 'dir')).toThrow(message);
  });
});
