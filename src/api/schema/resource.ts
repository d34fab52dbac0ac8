// The nouns of the API: each is a zod object that says what is answered, with its name and what a path may name it by. From these
// come the checks of tests, Heroku's form of the schema, the OpenAPI document and the readable page.
import { z } from 'zod';

export interface Noun {
  /** As Heroku's schema calls it: `app`, `oauth-authorization`. */
  name: string;
  /** One sentence. */
  about: string;
  /** What a path names one by: properties of it, or `~` for one's own. */
  identity: readonly string[];
  /** How paths call it where that isn't its name: `/formation/:type`. */
  param: string;
}

const NOUNS = z.registry<Noun>();

type About = Pick<Noun, 'name' | 'about'> & Partial<Pick<Noun, 'identity' | 'param'>>;

/** A noun with its properties: all of them are answered, and no other. */
export function resource<Shape extends z.ZodRawShape>(about: About, shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return noun(about, z.strictObject(shape));
}

/** A noun that isn't an object of known properties. */
export function noun<Schema extends z.ZodType>({ name, about, identity = ['id'], param = name }: About, schema: Schema): Schema {
  NOUNS.add(schema, { name, about, identity, param });
  return schema;
}

/** Who a schema is, where it is a noun. */
export function nounOf(schema: z.ZodType): Noun | undefined {
  return NOUNS.get(schema);
}
