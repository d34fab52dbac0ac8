import { expect, test } from 'vitest';
import { parseUpdates, planPush } from '../../../src/hook/push-plan.js';

const NONE = '0'.repeat(40);
const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const TABLE: Array<[string, string[], object]> = [
  ['main builds', [`${A} ${B} refs/heads/main`], { kind: 'build', branch: 'main' }],
  ['master builds', [`${NONE} ${B} refs/heads/master`], { kind: 'build', branch: 'master' }],
  [
    'main goes before master, whatever their order',
    [`${A} ${B} refs/heads/master`, `${A} ${A} refs/heads/main`],
    { kind: 'build', branch: 'main' },
  ],
  [
    'main builds once among others',
    [`${NONE} ${B} refs/heads/x`, `${A} ${B} refs/heads/main`, `${NONE} ${B} refs/tags/v1`],
    { kind: 'build', branch: 'main' },
  ],
  ['another branch is kept', [`${NONE} ${B} refs/heads/feature/main`], { kind: 'skip' }],
  ['a tag named main is kept', [`${NONE} ${B} refs/tags/main`], { kind: 'skip' }],
  ['names are case-sensitive', [`${NONE} ${B} refs/heads/Main`], { kind: 'skip' }],
  ['notes and others are kept', [`${NONE} ${B} refs/notes/commits`, `${NONE} ${B} refs/for/main`], { kind: 'skip' }],
  ['deleting another branch says nothing', [`${A} ${NONE} refs/heads/feature`], { kind: 'accept' }],
  ['deleting and making others skips', [`${A} ${NONE} refs/heads/a`, `${NONE} ${A} refs/heads/b`], { kind: 'skip' }],
  ['deleting main is refused', [`${A} ${NONE} refs/heads/main`], { kind: 'refuse' }],
  ['deleting master beside a push to main is refused', [`${A} ${B} refs/heads/main`, `${A} ${NONE} refs/heads/master`], { kind: 'refuse' }],
  ['SHA-256 ids are ids', [`${'0'.repeat(64)} ${'a'.repeat(64)} refs/heads/main`], { kind: 'build' }],
  ['nothing is nothing', [], { kind: 'accept' }],
];

test.each(TABLE)('%s', (_name, lines, plan) => {
  expect(planPush(parseUpdates(lines.map((line) => `${line}\n`).join('')))).toMatchObject(plan);
});

test('a line that git would not write is named', () => {
  expect(() => parseUpdates('garbage\n')).toThrow('"garbage"');
});
