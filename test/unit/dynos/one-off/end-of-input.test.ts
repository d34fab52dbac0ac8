import { expect, test } from 'vitest';
import { openEndOfInput } from '../../../../src/dynos/one-off/rendezvous/end-of-input.js';

const EOT = '\x04';

/** What is passed on of these chunks, and whether the input has ended a moment behind the last. */
async function pass(...chunks: string[]): Promise<{ passed: string; hasEnded: boolean }> {
  let hasEnded = false;
  const end = openEndOfInput(() => (hasEnded = true), 0);
  const passed = chunks.map((chunk) => end.pass(Buffer.from(chunk)).toString()).join('');
  end.quiet();
  await new Promise((resolve) => setTimeout(resolve, 5));
  end.close();
  return { passed, hasEnded };
}

test.each([
  [['a', 'b'], 'ab', false],
  [['a', EOT], 'a', true],
  [[`a${EOT}`], 'a', true],
  [[EOT], '', true],
  [[`a${EOT}`, `b${EOT}`], `a${EOT}b`, true],
  [[`a${EOT}b`], `a${EOT}b`, false],
  [[EOT, EOT], EOT, true],
])('%j passes %j on, and has ended: %s', async (chunks, passed, hasEnded) => expect(await pass(...chunks)).toEqual({ passed, hasEnded }));
