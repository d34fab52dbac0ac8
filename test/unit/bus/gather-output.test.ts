// Build output on its way: gathered, in order, whole lines first.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherOutput } from '../../../src/bus/gather-output.js';

const TIMING = { gatherMs: 15, partialMs: 200, of: 'build', maxBytes: 50 };
let sent: string[];
let output: ReturnType<typeof gatherOutput>;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  output = gatherOutput(async (text) => void sent.push(text), TIMING);
});

afterEach(() => vi.useRealTimers());

describe('build output', () => {
  it('is sent in batches of a few milliseconds', async () => {
    output.say('one\n');
    output.say('two\n');
    await vi.advanceTimersByTimeAsync(14);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['one\ntwo\n']);
  });

  it('holds half lines back for 200 ms', async () => {
    output.say('one\nhalf');
    await vi.advanceTimersByTimeAsync(15);
    expect(sent).toEqual(['one\n']);
    output.say(' and half\n');
    await vi.advanceTimersByTimeAsync(15);
    expect(sent).toEqual(['one\n', 'half and half\n']);
    output.say('50%');
    await vi.advanceTimersByTimeAsync(199);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent[2]).toBe('50%');
  });

  it('keeps characters whole that arrive in pieces', async () => {
    const bytes = Buffer.from('é\n');
    output.pass(bytes.subarray(0, 1));
    output.pass(bytes.subarray(1));
    await output.flush();
    expect(sent.join('')).toBe('é\n');
  });

  it('is cut off at its limit, once, with a word', async () => {
    for (let i = 0; i < 10; i += 1) output.say(`${'x'.repeat(20)}\n`);
    await output.flush();
    expect(sent.join('')).toBe(`${`${'x'.repeat(20)}\n`.repeat(3)}\n !     The output of this build is too long; the rest isn't shown.\n`);
  });

  it('says nothing more once it is muted', async () => {
    output.say('one\n');
    output.mute();
    output.say('two\n');
    await output.flush();
    expect(sent).toEqual([]);
  });

  it('tells whoever flushes when it could not be sent', async () => {
    output = gatherOutput(() => Promise.reject(new Error('gone')), TIMING);
    output.say('x');
    await expect(output.flush()).rejects.toThrow('gone');
  });
});
