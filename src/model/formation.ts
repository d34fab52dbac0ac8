// A formation: how many dynos of each process type should run.
import { lookUp } from '../lib/look-up.js';
import type { Release } from './release.js';
import { isReleaseCommand } from './dyno.js';
import { PlatformError } from './errors.js';

export interface FormationEntry {
  id: string;
  appId: string;
  type: string;
  quantity: number;
  size: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Quantities as the CLI sends them: `3`, `"3"`, `"+1"`, `"-2"`. Throws `invalid_params`. */
export function applyQuantity(current: number, wanted: number | string): number {
  const text = String(wanted).trim();
  if (!(typeof wanted === 'number' ? /^\d{1,4}$/ : /^[+-]?\d{1,4}$/).test(text)) {
    throw new PlatformError('invalid_params', `Quantity ${JSON.stringify(wanted)} must be a whole number, or +N or -N.`);
  }
  const next = /^[+-]/.test(text) ? current + Number(text) : Number(text);
  if (next < 0) throw new PlatformError('invalid_params', 'Cannot scale below 0.');
  if (next > 100) throw new PlatformError('invalid_params', 'Cannot scale to more than 100 dynos of one process type.');
  return next;
}

/** One dyno that should run. */
export interface WantedDyno {
  /** `web.1` */
  name: string;
  type: string;
  number: number;
  size: string;
  command: string;
  releaseId: string;
  releaseVersion: number;
}

/** What a formation asks for with this release: `web.1` … `web.N` of every process type its slug has. */
export function wantedDynos(
  formation: readonly Pick<FormationEntry, 'type' | 'quantity' | 'size'>[],
  release: Pick<Release, 'id' | 'version'>,
  processTypes: Record<string, string>,
): WantedDyno[] {
  return formation.flatMap(({ type, quantity, size }) => {
    const command = lookUp(processTypes, type);
    if (command === undefined || isReleaseCommand(type)) return [];
    const numbers = Array.from({ length: quantity }, (_, index) => index + 1);
    return numbers.map((number) => ({
      name: `${type}.${number}`,
      type,
      number,
      size,
      command,
      releaseId: release.id,
      releaseVersion: release.version,
    }));
  });
}
