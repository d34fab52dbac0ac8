import { expect, test } from 'vitest';
import { readyStack } from '../../../../src/builder/machine/ready-stack.js';
import { StackMissing } from '../../../../src/docker/image/stack-missing.js';
import { PlatformError } from '../../../../src/model/errors.js';
import { STACKS } from '../../../../src/model/build/stack.js';

const stack = STACKS[1];

async function wait(error: Error, waitMs: number): Promise<{ said: string; message: string }> {
  let said = '';
  const output = {
    say: (text: string) => (said += text),
    pass: () => undefined,
    flush: () => Promise.resolve(),
    isFull: () => false,
    mute: () => undefined,
  };
  const message = await readyStack(
    { open: () => Promise.reject(error) },
    { output, signal: new AbortController().signal },
    stack,
    waitMs,
  ).then(
    () => '',
    (thrown: Error) => thrown.message,
  );
  return { said, message };
}

test('a stack that does not come in time is told, and what to do', async () => {
  const { message } = await wait(new StackMissing('slipway/stack:1'), -1);
  expect(message).toBe(
    "The stack slipway-13 is not ready: it is still being prepared, or could not be, which the platform's log tells. " +
      'Push again later, or choose another with paas stack:set.',
  );
});

test('one that is not offered is told at once', async () => {
  expect(await wait(new PlatformError('invalid_params', 'not here'), 60_000)).toEqual({ said: '', message: 'not here' });
});

test('a Docker that is away is not waited for here', async () => {
  expect(await wait(new Error('connect ECONNREFUSED'), 60_000)).toEqual({ said: '', message: '' });
});
