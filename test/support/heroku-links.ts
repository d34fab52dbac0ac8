// Heroku's own calls, as its schema names them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface HerokuLink {
  href: string;
  method: string;
  ranges?: string[];
  targetSchema?: object;
}

const FILE = resolve(import.meta.dirname, '../fixtures/heroku-platform-schema.json');
const schema = JSON.parse(readFileSync(FILE, 'utf8')) as { definitions: Record<string, { links?: HerokuLink[] }> };

/** By method and path, parts of paths as `*`: `GET /apps/*`. */
export const HEROKU: ReadonlyMap<string, HerokuLink> = new Map(
  Object.values(schema.definitions).flatMap(({ links = [] }) =>
    links.map((link) => [`${link.method} ${link.href.replace(/\{[^}]*\}/g, '*')}`, link] as const),
  ),
);
