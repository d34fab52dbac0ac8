// Runs functions of the buildpacks for the JVM as bash does in a build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Files = Record<string, string>;

export const BUILDPACKS = resolve('buildpacks');

/**
 * What a script prints on stdout, also when it stops with a failure. It runs where `files` are. Jars are their manifests:
 * `unzip` is `cat` there.
 */
export function runBash(script: string, o: { files?: Files; env?: Record<string, string> } = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-jvm-'));
  try {
    for (const [name, text] of Object.entries(o.files ?? {})) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    const prelude = `B=${BUILDPACKS} BUILD=$PWD NOTES=.slipway CACHE=$PWD/.cache
mkdir -p .slipway .cache
for lib in common explain jvm; do source $B/lib/$lib.sh; done
JVM=$B/lib/jvm
unzip() { cat "$2"; }
`;
    const env = { PATH: process.env['PATH'] ?? '', HOME: dir, ...o.env };
    return spawnSync('bash', ['-c', prelude + script], { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What `explain` says of a log, and the id it notes. */
export function explained(pack: 'java' | 'gradle', log: string): { id: string; text: string } {
  const said = runBash(`(explain log $B/${pack}/lib/failures.tsv); cat .slipway/report`, { files: { log } });
  const lines = said.trim().split('\n');
  return { id: /^failure: "(.*)"$/.exec(lines.at(-1) ?? '')?.[1] ?? '', text: lines.slice(0, -1).join('\n') };
}
