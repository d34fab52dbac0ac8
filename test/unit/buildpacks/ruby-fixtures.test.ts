// The Ruby fixtures bring all their gems: what the distribution has of its own changes from one day to another.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const APPS = 'test/fixtures/apps';

it.each(readdirSync(APPS).filter((name) => name.startsWith('ruby-')))('%s has each gem of its Gemfile.lock in vendor/cache', (name) => {
  const locked = [...readFileSync(join(APPS, name, 'Gemfile.lock'), 'utf8').matchAll(/^ {4}(\S+) \((\S+)\)$/gm)].map(
    ([, gem, version]) => `${gem}-${version}.gem`,
  );
  const cached = readdirSync(join(APPS, name, 'vendor/cache'));
  expect(locked.length).toBeGreaterThan(0);
  expect(locked.filter((file) => !cached.includes(file))).toEqual([]);
});
