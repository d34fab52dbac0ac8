// What a provider answered: what of it can be taken, and what it means.
import type { ConfigVars } from '../config-vars.js';
import { PlatformError } from '../errors.js';

/** `done`, `later` (it tells us when it is), `refused` (for good), or `again` (not now). */
export type Verdict = 'done' | 'later' | 'refused' | 'again';

export function verdictOf(status: number): Verdict {
  if (status === 202) return 'later';
  if (status >= 200 && status < 300) return 'done';
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'again';
}

const MAX_MESSAGE = 1_000;
/** Control characters but the end of a line; and those that turn the direction of writing. */
const DOES_SOMETHING = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu;
/** Control characters; and the ids that would make another URL of the provider's of the one that they end. */
const UNFIT = /\p{Cc}|^\.{1,2}$/u;

/** The provider's words for people, without what would do something at their terminals; PostgreSQL takes no NUL either. */
export function messageOf(body: Record<string, unknown> | null): string | null {
  const message = body?.['message'];
  const words = typeof message === 'string' ? message.replaceAll('\r\n', '\n').replace(DOES_SOMETHING, ' ').trim() : '';
  return words === '' ? null : words.slice(0, MAX_MESSAGE);
}

/** The id that the provider gave it; null where there is none that can be used. */
export function providerIdOf(body: Record<string, unknown> | null): string | null {
  const id = body?.['id'];
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && text.length > 0 && text.length <= 200 && !UNFIT.test(text) ? text : null;
}

/** Config vars by the provider's names, as a map or a list. Throws `invalid_params` for what its manifest doesn't announce, or no text. */
export function configOf(given: unknown, declared: readonly string[]): ConfigVars {
  const pairs: [unknown, unknown][] = Array.isArray(given)
    ? given.map((each: { name?: unknown; value?: unknown } | null) => [each?.name, each?.value])
    : Object.entries((given ?? {}) as object);
  for (const [name, value] of pairs) {
    if (typeof name !== 'string' || !declared.includes(name))
      throw new PlatformError('invalid_params', `config: ${JSON.stringify(name)} is not among the manifest's config_vars.`);
    if (typeof value !== 'string' || value.includes('\0'))
      throw new PlatformError('invalid_params', `config: the value of ${name} must be a text.`);
  }
  return Object.fromEntries(pairs as [string, string][]);
}
