// Properties that many nouns have.
import { z } from 'zod';
import { dictionary } from '../../lib/dictionary.js';
import { jsonSchemaOf } from './json-schema.js';

export const id = (of: string) => z.uuid().describe(`unique identifier of ${of}`);
export const time = (what: string) => z.iso.datetime().describe(what);
export const createdAt = (of: string) => time(`when ${of} was created`);
export const updatedAt = (of: string) => time(`when ${of} was updated`);
/** What Heroku has and this platform hasn't: always null. */
export const absent = (what: string) => z.null().describe(`${what}; always null here`);

export const AppRef = z.strictObject({ id: id('app'), name: z.string().describe('unique name of app') });
export const UserRef = z.strictObject({ id: id('user'), email: z.string().describe('unique email address of user') });
export const TeamRef = z.strictObject({ id: id('team'), name: z.string().describe('unique name of team') });
export const StackRef = z.strictObject({
  id: z.string().describe('unique identifier of stack'),
  name: z.string().describe('unique name of stack'),
});
export const Generation = z.strictObject({ id: id('generation'), name: z.literal('cedar').describe('unique name of generation') });

/** An object whose keys its sender chooses, told of in schemas; of so many keys at most. */
export function named<V>(value: z.ZodType<V>, { key, most = 10_000 }: { key?: z.ZodType<string>; most?: number } = {}) {
  const held = dictionary(value, key).refine((given) => Object.keys(given).length <= most, `may have ${most} names`);
  return held.meta({ type: 'object', additionalProperties: jsonSchemaOf(value, 'draft-2020-12') });
}

/** A whole number, or its digits as text, as old clients send it; nothing else that could be read as one. */
export function wholeNumber(least: number, most: number) {
  const words = `must be a whole number from ${least} to ${most}`;
  const digits = z.string(words).regex(/^\d{1,10}$/, words);
  return z.union([z.int(words), digits.transform(Number)], words).refine((number) => number >= least && number <= most, words);
}
