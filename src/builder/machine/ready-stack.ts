// Waits for a stack that is still being made, and says so to the person watching.
import { setTimeout as sleep } from 'node:timers/promises';
import { StackMissing } from '../../docker/image/stack-missing.js';
import { PlatformError } from '../../model/errors.js';
import type { Stack } from '../../model/build/stack.js';
import type { BuildWork } from '../work.js';
import type { BuildStacks } from './stacks.js';

const LOOK_MS = 1_000;
/** Making a stack takes two minutes on a machine with nothing else to do. */
const WAIT_MS = 300_000;

/** Returns when the stack can be built on. Throws `unavailable` when that takes too long, `invalid_params` when it never will be. */
export async function readyStack(
  stacks: Pick<BuildStacks, 'open'>,
  { output, signal }: Pick<BuildWork, 'output' | 'signal'>,
  { name }: Stack,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (let looks = 0; ; looks += 1) {
    const problem = await stacks.open(name).then(
      () => null,
      (error: unknown) => error,
    );
    if (problem instanceof PlatformError) throw problem;
    // A Docker that is away is waited for elsewhere.
    if (!(problem instanceof StackMissing) || signal.aborted) return;
    if (Date.now() > deadline)
      throw new PlatformError(
        'unavailable',
        `The stack ${name} is not ready: it is still being prepared, or could not be, which the platform's log tells. ` +
          `Push again later, or choose another with paas stack:set.`,
      );
    if (looks === 0) output.say(` !     The stack ${name} is still being prepared; the build waits for it.\n`);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
