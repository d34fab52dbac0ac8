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
export const StackRef = z.strictObject({
  id: z.string().describe('unique identifier of stack'),
  name: z.string().describe('unique name of stack'),
});
export const Generation = z.strictObject({ id: id('generation'), name: z.literal('cedar').describe('unique name of generation') });

/** An object whose keys its sender chooses, told of in schemas. */
export function named<V>(value: z.ZodType<V>, key?: z.ZodType<string>) {
  return dictionary(value, key).meta({ type: 'object', additionalProperties: jsonSchemaOf(value, 'draft-2020-12') });
}
