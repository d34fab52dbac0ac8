// The size that dynos are asked to have, and how many of it there may be.
import type { DynoSize } from '../../model/dyno-size.js';
import { readPulses } from '../../bus/pulse.js';
import { PlatformError } from '../../model/errors.js';
import type { Context } from '../context.js';

/** What was asked for, or what there is. Throws `invalid_params`. */
export function sizeOf({ sizes }: Pick<Context, 'sizes'>, wanted: string | undefined, present: { size: string } | undefined): DynoSize {
  if (wanted === undefined) return present ? sizes.of(present) : sizes.default;
  const found = sizes.find(wanted);
  if (found) return found;
  const names = sizes.all.map(({ name }) => name).join(', ');
  throw new PlatformError('invalid_params', `No such dyno size: ${wanted}. There are: ${names}.`);
}

/** Whether a process type may have as many dynos of this size; fewer than now it always may. Throws `invalid_params`. */
export function checkMost(present: { type: string; quantity: number }, o: { size: DynoSize; quantity: number }): void {
  const { size, quantity } = o;
  if (quantity <= size.most || quantity < present.quantity) return;
  const dynos = size.most === 1 ? '1 dyno' : `${size.most} dynos`;
  throw new PlatformError('invalid_params', `${present.type} may have at most ${dynos} of size ${size.name}, not ${quantity}.`);
}

/** Whether some node could ever run a dyno of this size, as far as nodes are known. Throws `invalid_params`. */
export async function checkFits({ bus }: Pick<Context, 'bus'>, size: DynoSize): Promise<void> {
  const pulses = await readPulses(bus, Date.now()).catch(() => []);
  const largest = Math.max(...pulses.map(({ dynoMemoryMb }) => dynoMemoryMb ?? -Infinity));
  if (largest < 0 || size.memoryMb <= largest) return;
  throw new PlatformError(
    'invalid_params',
    `A dyno of size ${size.name} has ${size.memoryMb} MB, and this machine has ${largest} MB for all. Choose a smaller size.`,
  );
}
