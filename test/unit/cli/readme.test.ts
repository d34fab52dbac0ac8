// What the README tells people to type is there.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveName } from '../../../src/cli/run.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const README = readFileSync(resolve(ROOT, 'README.md'), 'utf8');
const CONFIG = readFileSync(resolve(ROOT, 'src/config.ts'), 'utf8');

/** `config` `:get` `:set` → config, config:get, config:set. */
function commandsOfTable(): string[] {
  const rows = README.slice(README.indexOf('| to | commands |')).split('\n\n')[0]!.split('\n').slice(2);
  return rows.flatMap((row) => {
    let base = '';
    return [...row.replaceAll(/\([^)]*\)/g, '').matchAll(/`(:?)([a-z0-9][a-z0-9:-]*)[^`]*`/g)]
      .filter((match) => match[2] !== 'git')
      .map(([, colon, word]) => {
        if (!colon) base = word!;
        return colon ? `${base}:${word}` : word!;
      });
  });
}

describe('README.md', () => {
  it('names commands that are there', () => {
    const commands = [
      ...commandsOfTable(),
      ...[...README.matchAll(/`[^`]*\bpaas ([a-z0-9]+(?::[a-z0-9-]+)*)/g)]
        .map((match) => match[1]!)
        .filter((word) => !['main', 'help'].includes(word)),
    ];
    expect(commands.length).toBeGreaterThan(30);
    for (const command of commands) expect(() => resolveName(command)).not.toThrow();
  });

  it('names settings that are read', () => {
    const names = [...new Set(README.match(/\bSLIPWAY_[A-Z_]*[A-Z]\b/g))].filter((name) => !name.startsWith('SLIPWAY_BUILD_ENV'));
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !CONFIG.includes(`${name}:`))).toEqual([]);
  });
});
