import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const PACKS = join(ROOT, 'buildpacks');
const packs = readdirSync(PACKS).filter((name) => existsSync(join(PACKS, name, 'bin/detect')));

it('lists every buildpack, with its page where it has one', () => {
  const text = readFileSync(join(PACKS, 'README.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `[a-z]+` \|/.test(line));
  expect(rows.map((row) => /`([a-z]+)`/.exec(row)?.[1]).sort()).toEqual(packs.toSorted());
  const linked = packs.filter((name) => existsSync(join(PACKS, name, 'README.md')));
  expect(linked.filter((name) => !text.includes(`](${name}/README.md)`))).toEqual([]);
});
