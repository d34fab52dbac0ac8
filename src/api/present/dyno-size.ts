import { uuidOf } from '../../lib/uuid-of.js';
import type { DynoSize } from '../../model/dyno-size.js';

const SHARES_OF_1X = 256;

export function presentDynoSize(size: DynoSize) {
  return {
    ...presentDynoSizeRef(size.name),
    architecture: 'amd64',
    compute: Math.round(size.cpuShares / SHARES_OF_1X),
    // Nothing here costs anything.
    cost: null,
    dedicated: size.name.startsWith('Performance'),
    generation: { id: uuidOf('generation', 'cedar'), name: 'cedar' },
    memory: size.memoryMb / 1024,
    precise_dyno_units: 0,
    private_space_only: false,
  };
}

/** A size as it appears inside other things. */
export function presentDynoSizeRef(name: string) {
  return { id: uuidOf('dyno-size', name), name };
}
