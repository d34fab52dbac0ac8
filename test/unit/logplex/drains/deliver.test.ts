import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { Batch, Channel } from '../../../../src/logplex/drains/channel.js';
import { startDelivery, type Delivery } from '../../../../src/logplex/drains/deliver.js';
import { makeBufferPool, type LineBuffer } from '../../../../src/logplex/drains/line-buffer.js';
import type { Outcome } from '../../../../src/outbound/drains/outcome.js';
import { until } from '../../../support/until.js';

const TAKEN: Outcome = { kind: 'taken', why: '' };
let delivery: Delivery;
let buffer: LineBuffer;
let sent: Batch[] = [];
let onBreak: () => void;

function start(channel: Partial<Channel>, outcome = TAKEN): void {
  sent = [];
  buffer = makeBufferPool({ chars: 1_000 }).open({ lines: 10, chars: 1_000, now: () => 5 });
  const open = (broken: () => void): Channel => {
    onBreak = broken;
    const send = async (batch: Batch) => (sent.push(batch), await immediate(), outcome);
    return { batchChars: 10, gatherMs: 0, doubtMs: 0, send, close: () => Promise.resolve(true), ...channel };
  };
  delivery = startDelivery({ buffer, open, random: () => 0, onTrouble: () => undefined }, 10);
}
afterEach(() => delivery.stop());

function say(n: number): void {
  buffer.push([{ began: '1', n, text: 'a line' }]);
  delivery.ring();
}

it('says again what was lost, when nothing says that it has arrived', async () => {
  start({ doubtMs: 60_000 });
  buffer.lose(3);
  say(1);
  await until(() => sent.length).toBe(1);
  buffer.lose(2);
  say(2);
  await until(() => sent.length).toBe(2);
  onBreak();
  await until(() => sent.length).toBeGreaterThan(2);
  expect(sent[2]!.lost).toEqual({ count: 5, since: 5 });
  expect(sent[2]!.lines.map(({ n }) => n)).toEqual([1]);
});

it('leaves a receiver that refuses all alone until there is more to send, and gathers lines for it, too', async () => {
  start({ gatherMs: 60_000 }, { kind: 'unwanted', why: 'it answered 404' });
  say(1);
  await until(() => sent.length).toBe(1);
  for (let turn = 0; turn < 20; turn += 1) await immediate();
  say(2);
  for (let turn = 0; turn < 20; turn += 1) await immediate();
  expect(sent).toHaveLength(1);
  expect(buffer.takeLost()).toEqual({ count: 1, since: 5 });
});
