// A formation: how many dynos of each process type should run.
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
