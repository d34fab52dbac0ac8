import { CliError } from './api/errors.js';

/** A count that was typed: 1 or more. Throws CliError. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`${JSON.stringify(text)} is not a whole number above 0.`);
  return Number(text);
}
