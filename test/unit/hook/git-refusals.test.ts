import { expect, test } from 'vitest';
import { explainHistory, explainMove, refusedName } from '../../../src/hook/git-refusals.js';

const NONE = '0'.repeat(40);
const A = 'a'.repeat(40);

const moves = (...refs: string[]) => refs.map((ref) => ({ old: NONE, new: A, ref }));

test.each([
  ['a branch and a tag', ['refs/heads/main', 'refs/tags/main/x'], null],
  ['names that begin alike', ['refs/heads/main', 'refs/heads/main-x'], null],
  ['one below the other', ['refs/heads/main/x', 'refs/heads/main'], "main and main/x can't be kept together"],
  ['too short a name', ['refs/heads/main', 'refs/x'], 'git keeps no ref by the name refs/x'],
  ['a name outside of refs', ['HEAD'], 'git keeps no ref by the name HEAD'],
])('%s', (_name, refs, words) => {
  if (words === null) expect(refusedName(moves(...refs))).toBeNull();
  else expect(refusedName(moves(...refs))).toContain(words);
});

test.each([
  ['error: Could not read 1111\nfatal: Failed to traverse parents of commit 2222', 'git fetch --unshallow'],
  ["fatal: missing blob object '1111'", 'the repository it came from is damaged'],
  ['error: Could not read 1111\nfatal: bad tree object 1111', 'the repository it came from is damaged'],
])('%s', (said, words) => expect(explainHistory(said)).toContain(words));

test('what is no fault of the pusher is not blamed on them', () => {
  expect(() => explainHistory('fatal: Out of memory, malloc failed')).toThrow('Out of memory');
});

test('of two names that clash, main is not the one to go', () => {
  expect(refusedName(moves('refs/heads/main', 'refs/heads/main/x'))).toContain('git push paas :main/x');
  expect(refusedName(moves('refs/heads/a', 'refs/heads/a/x'))).toContain('git push paas :a');
});

test('what is deleted may have any name', () => {
  expect(refusedName([{ old: A, new: NONE, ref: 'refs/x' }])).toBeNull();
});

const LOCK = "fatal: prepare: cannot lock ref 'refs/heads/main': Unable to create '/srv/secret/r.git/./refs/heads/main.lock': File exists.";

test.each([
  [
    "fatal: prepare: cannot lock ref 'refs/heads/main': 'refs/heads/main/x' exists; cannot create 'refs/heads/main'",
    "main/x and main can't be kept together",
  ],
  [
    "fatal: prepare: cannot lock ref 'refs/heads/a': cannot process 'refs/heads/a' and 'refs/heads/a/b' at the same time",
    "a and a/b can't be kept together",
  ],
  [LOCK, 'main is locked: another push moves it'],
  [`fatal: prepare: cannot lock ref 'refs/heads/main': is at ${A} but expected ${NONE}`, 'main has moved: another push came first'],
  ["fatal: prepare: cannot lock ref 'refs/heads/main': reference already exists", 'main has moved'],
  ['fatal: invalid ref format: refs/heads/a..b', 'git keeps no ref by the name refs/heads/a..b'],
  [`fatal: trying to write non-commit object ${A} to branch 'refs/heads/main'`, "What was pushed to main isn't a commit"],
  ['error: something of /srv/secret', "git can't move main. Push again"],
])('%s', (said, words) => {
  const told = explainMove(said, moves('refs/heads/main'));
  expect(told).toContain(words);
  expect(told).not.toContain('/srv');
});
