// Reading answers of the API. The hook starts in front of a waiting person, so it doesn't load a schema library.
import { isRecord } from '../lib/look-up.js';

export type Json = Record<string, unknown>;

/** A part of an answer that must be there. Throws, naming it, when it isn't an object. */
export function recordOf(value: unknown, key: string): Json {
  const part = isRecord(value) ? value[key] : undefined;
  if (!isRecord(part)) throw new Error(`the platform's answer has no ${key}`);
  return part;
}

/** A text that must be there. */
export function textOf(value: unknown, key: string): string {
  const part = isRecord(value) ? value[key] : undefined;
  if (typeof part !== 'string') throw new Error(`the platform's answer has no ${key}`);
  return part;
}

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
