// The stacks that this platform's operator offers.
import { PlatformError } from '../model/errors.js';
import { findStack, type Stack } from '../model/build/stack.js';
import type { ApiDeps } from './deps.js';

type Offer = Pick<ApiDeps, 'stacks'>;

/** All of them, that of new apps first. */
export function offeredStacks({ stacks }: Offer): Stack[] {
  return stacks.flatMap((name) => findStack(name) ?? []);
}

/** The name of the stack that is wished for by name or id; that of new apps when none is. Throws `invalid_params` with those there are. */
export function wishedStack(offer: Offer, ref: string | null | undefined): string {
  const offered = offeredStacks(offer);
  const stack = ref == null ? offered[0] : offered.find((each) => each.name === ref || each.id === ref);
  if (!stack)
    throw new PlatformError(
      'invalid_params',
      `Stack ${JSON.stringify(ref)} does not exist. Choose one of: ${offered.map(({ name }) => name).join(', ')}.`,
    );
  return stack.name;
}
