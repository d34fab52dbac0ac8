// The nouns that routes are about, and which of them a part of a path names.
import type { z } from 'zod';
import { nounOf, type Noun } from './resource.js';
import type { Route } from './route.js';

export type NamedSchema = Noun & { schema: z.ZodType };

/** Each noun once, by name. */
export function nounsOf(routes: readonly Route[]): NamedSchema[] {
  const found = new Map<string, NamedSchema>();
  for (const { of } of routes) {
    const noun = nounOf(of);
    if (noun) found.set(noun.name, { ...noun, schema: of });
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `app` of `/apps/:app/builds/:build`, and so on. */
export function paramsOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
}

/** The noun that a part of a path names; undefined where it is none's (`kind` of a blob). */
export function nounOfParam(nouns: readonly NamedSchema[], param: string): NamedSchema | undefined {
  return nouns.find((each) => each.param === param && each.identity.length > 0);
}

/** Property by property, where a noun has properties. */
export function propertiesOf({ schema }: NamedSchema): Record<string, z.ZodType> {
  return 'shape' in schema ? (schema.shape as Record<string, z.ZodType>) : {};
}
