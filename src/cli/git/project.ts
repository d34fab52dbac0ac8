// Where this CLI lies: its package.json and bin/paas, found from the compiled file as well as from the source.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Slipway's version, from package.json. */
export function version(): string {
  return (JSON.parse(readFileSync(join(root(), 'package.json'), 'utf8')) as { version: string }).version;
}

/** The absolute path of bin/paas. */
export function paasPath(): string {
  return join(root(), 'bin/paas');
}

function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
