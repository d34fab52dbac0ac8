import { expect, test } from 'vitest';
import { makeWake } from '../../../../src/lib/async/wake.js';

const LONG_MS = 60_000;

test('who waits is woken by a ring', async () => {
  const wake = makeWake();
  const waiting = wake.wait(LONG_MS);
  wake.ring();
  await waiting;
});

test('a ring while nobody waits is remembered, once', async () => {
  const wake = makeWake();
  wake.ring();
  wake.ring();
  await wake.wait(LONG_MS);
  let isOver = false;
  const again = wake.wait(LONG_MS).then(() => (isOver = true));
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  wake.ring();
  await again;
});

test('without a ring the time ends it', async () => {
  await makeWake().wait(1);
});
