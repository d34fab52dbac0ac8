// The run image: mmdebstrap makes a root file system of the distribution's packages, Docker imports it.
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../docker/engine.js';
import { STACK_LABEL, importImage, removeIfUnused, tagImage } from '../../docker/image/stack-images.js';
import { runOrThrow } from '../machine/run-command.js';
import { DYNO_UID } from '../../model/dyno.js';
import type { Recipe } from './recipe.js';

/** Instructions that the imported image gets. */
const CONFIG = ['ENV LANG=C.UTF-8 HOME=/app', 'WORKDIR /app'];

const KEEP_SMALL = [
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/info/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
  '--aptopt=Acquire::Languages "none"',
  '--aptopt=Apt::Install-Recommends "false"',
];

const FINISH = [
  `chroot "$1" groupadd -g ${DYNO_UID} dyno`,
  `chroot "$1" useradd -u ${DYNO_UID} -g ${DYNO_UID} -d /app -M -s /bin/bash dyno`,
  `install -d -o ${DYNO_UID} -g ${DYNO_UID} "$1/app"`,
  'mkdir -p "$1/usr/share/man/man1"', // a JDK's packages fail without it
  'rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/*',
].join(' && ');

const ROOM_NEEDED = 1_500_000_000;

/** The program's arguments: pure, so that the recipe's digest covers them. */
export function mmdebstrapArguments({ run, suite }: Recipe, sources: string[]): string[] {
  const options = ['--quiet', '--variant=apt', '--format=tar', '--dpkgopt=force-unsafe-io', ...KEEP_SMALL];
  return [...options, `--include=${run.packages.join(',')}`, `--customize-hook=${FINISH}`, suite, '-', ...sources];
}

/** Builds the run image and tags it `<repo>:<tag>`. Takes about 30 s. */
export async function buildRootImage(engine: Engine, o: { recipe: Recipe; sources: string[]; repo: string; tag: string }): Promise<void> {
  const partial = `${o.tag}-partial-${process.pid}`;
  const scratch = mkdtempSync(join(scratchRoot(), 'slipway-stack-'));
  try {
    await runOrThrow(`Building the run image of ${o.recipe.stack}`, 'mmdebstrap', mmdebstrapArguments(o.recipe, o.sources), {
      env: { TMPDIR: scratch, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      takeOutput: async (output) => {
        const changes = [...CONFIG, `LABEL ${STACK_LABEL}=${o.tag}`].join('\n');
        await importImage(engine, output, { repo: o.repo, tag: partial, changes });
      },
    });
    // The engine takes an archive that breaks off for a whole one: the image gets its name when all went well.
    await tagImage(engine, `${o.repo}:${partial}`, { repo: o.repo, tag: o.tag });
  } finally {
    await removeIfUnused(engine, `${o.repo}:${partial}`);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Memory where it has room, since unpacking makes thousands of small files. */
function scratchRoot(): string {
  try {
    const memory = statfsSync('/dev/shm');
    return memory.bavail * memory.bsize > ROOM_NEEDED ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}
