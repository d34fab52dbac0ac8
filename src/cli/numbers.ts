import { CliError } from './api/errors.js';

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90d`, `12h`, `30m`, `45s` as seconds, or `never`. Throws CliError. */
export function duration(text: string): number | 'never' {
  if (text === 'never') return text;
  const [, count, unit] = /^([1-9]\d{0,6})([smhd])$/.exec(text) ?? [];
  if (!count) throw new CliError(`${JSON.stringify(text)} is no time: say 90d, 12h, 30m, or never.`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** A count that was typed: 1 or more. Throws CliError. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CliError(`${JSON.stringify(text)} is not a whole number above 0.`);
  return Number(text);
}
