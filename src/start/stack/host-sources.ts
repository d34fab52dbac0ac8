import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianSources } from './apt-sources.js';

/** The host's apt entries for a Debian suite; empty when it has none (mmdebstrap's own default is used then). */
export function hostSources(suite: string): string[] {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const hostSuite = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1] ?? suite;
  const extra = existsSync('/etc/apt/sources.list.d') ? readdirSync('/etc/apt/sources.list.d').sort() : [];
  const names = [
    '/etc/apt/sources.list',
    ...extra.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join('/etc/apt/sources.list.d', name)),
  ];
  const files = names.filter((name) => existsSync(name)).map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  return debianSources(files, { hostSuite, suite });
}
