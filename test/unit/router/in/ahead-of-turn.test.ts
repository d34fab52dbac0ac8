import { expect, it } from 'vitest';
import { AheadOfTurn } from '../../../../src/router/in/ahead-of-turn.js';

it('holds what comes in many small packets in few buffers', () => {
  const ahead = new AheadOfTurn();
  const text = Array.from({ length: 10_000 }, (_, i) => String.fromCharCode(97 + (i % 26)));
  for (const byte of text) ahead.add(Buffer.from(byte));
  expect(ahead.packets.length).toBeLessThanOrEqual(64);
  expect(ahead.bytes).toBe(10_000);
  expect(ahead.take().toString()).toBe(text.join(''));
  expect([ahead.bytes, ahead.packets.length]).toEqual([0, 0]);
});
