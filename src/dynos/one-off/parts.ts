// What the parts of one-off dynos are given: they hold streams of the engine's, which no driver has.
import type { Deps } from '../deps.js';
import type { EngineParts } from '../engine/parts.js';

export interface OneOffParts extends EngineParts, Pick<Deps, 'bus' | 'lines' | 'clock' | 'driver' | 'room'> {
  /** How long one runs at least, where nobody has said how long; 0 lets it run on. */
  cycleAfterMs: number;
}
