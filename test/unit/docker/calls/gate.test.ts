import { expect, test } from 'vitest';
import type { CallKind } from '../../../../src/docker/calls/deadlines.js';
import { openGate } from '../../../../src/docker/calls/gate.js';

const NEVER = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A gate, and who has come through it. */
function aGate() {
  const gate = openGate();
  const inside: { kind: CallKind; leave: () => void }[] = [];
  const ask = (kind: CallKind, signal = NEVER) =>
    gate.enter(kind, signal).then(
      (leave) => void inside.push({ kind, leave }),
      () => undefined,
    );
  const count = async (kind: CallKind) => {
    await settle();
    return inside.filter((each) => each.kind === kind).length;
  };
  const leave = (kind: CallKind) =>
    inside
      .splice(
        inside.findIndex((each) => each.kind === kind),
        1,
      )[0]
      ?.leave();
  const many = (kind: CallKind, times: number) => Array.from({ length: times }, () => void ask(kind));
  return { ask, count, leave, many };
}

test('removals are four at a time, however many are wanted', async () => {
  const gate = aGate();
  gate.many('removal', 700);
  expect(await gate.count('removal')).toBe(4);
  gate.leave('removal');
  expect(await gate.count('removal')).toBe(4);
});

test('a start goes at once beside 700 removals that wait, and only one of those goes on until it is done', async () => {
  const gate = aGate();
  gate.many('removal', 700);
  gate.many('start', 1);
  expect(await gate.count('start')).toBe(1);
  for (let left = 0; left < 4; left += 1) gate.leave('removal');
  expect(await gate.count('removal')).toBe(1);
  gate.leave('start');
  expect(await gate.count('removal')).toBe(4);
});

test('starts and looks have bounds too; what attends something has none', async () => {
  const gate = aGate();
  for (const kind of ['start', 'look', 'change', 'attend', 'wait'] as const) gate.many(kind, 100);
  const counts = await Promise.all((['start', 'look', 'change', 'attend', 'wait'] as const).map(gate.count));
  expect(counts).toEqual([8, 16, 8, 100, 100]);
});

test('whoever gives up waiting takes no room', async () => {
  const gate = aGate();
  const tired = new AbortController();
  gate.many('removal', 4);
  void gate.ask('removal', tired.signal);
  tired.abort(new Error('not wanted any more'));
  gate.many('removal', 1);
  await settle();
  for (let left = 0; left < 4; left += 1) gate.leave('removal');
  expect(await gate.count('removal')).toBe(1);
});

test('a probe waits until nothing starts or goes', async () => {
  const gate = aGate();
  gate.many('start', 1);
  await settle();
  gate.many('probe', 1);
  expect(await gate.count('probe')).toBe(0);
  gate.leave('start');
  expect(await gate.count('probe')).toBe(1);
});
