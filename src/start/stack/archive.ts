// Finished stack images as one compressed file in the home: loading it takes seconds where building takes a minute.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../../docker/engine.js';
import { saveImages } from '../../docker/image/container-image.js';
import { loadImages } from '../../docker/image/stack-images.js';
import { findProgram } from '../machine/find-program.js';
import type { Progress } from '../screen/progress.js';
import type { StackImages } from '../../model/build/stack.js';
import { hasImage } from '../../docker/image/has-image.js';

interface Saved {
  stack: string;
  /** The run image's. */
  tag: string;
}

/** Loads the archive of this stack and tag, if there is one; says whether the engine has the images now. */
export async function loadArchive(o: { engine: Engine; progress: Progress; archiveDir: string }, saved: Saved): Promise<boolean> {
  const file = archiveFile(o.archiveDir, saved);
  if (!existsSync(file) || !findProgram('zstd')) return false;
  return o.progress
    .step(`Loading the stack ${saved.stack} from the home`, async () => {
      const unzip = spawn('zstd', ['-dcq', file], { stdio: ['ignore', 'pipe', 'ignore'] });
      await loadImages(o.engine, unzip.stdout, { quiet: true });
      return hasImage(o.engine, `slipway/stack:${saved.tag}`);
    })
    .catch(() => {
      rmSync(file, { force: true }); // Broken: built anew, and saved again.
      return false;
    });
}

/** Saves a stack's images into one archive and removes those of its older recipes. Needs zstd; without it nothing is kept. */
export async function saveArchive(o: { engine: Engine; archiveDir: string; stack: string; images: StackImages }): Promise<void> {
  if (!findProgram('zstd')) return;
  const file = archiveFile(o.archiveDir, { stack: o.stack, tag: o.images.run.split(':').pop() ?? '' });
  for (const name of olderArchives(o.archiveDir, o.stack)) rmSync(join(o.archiveDir, name), { force: true });
  mkdirSync(o.archiveDir, { recursive: true, mode: 0o700 });
  const images = await saveImages(o.engine, [o.images.run, o.images.build]);
  const zip = spawn('zstd', ['-3', '-q'], { stdio: ['pipe', 'pipe', 'ignore'] });
  zip.on('error', () => undefined);
  await Promise.all([pipeline(images, zip.stdin), pipeline(zip.stdout, createWriteStream(`${file}.new`, { mode: 0o600 }))]);
  renameSync(`${file}.new`, file);
}

function archiveFile(dir: string, { stack, tag }: Saved): string {
  return join(dir, `${stack}.${tag}.tar.zst`);
}

/** Archives of this stack, and those from before there were several. */
function olderArchives(dir: string, stack: string): string[] {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return names.filter((name) => name.startsWith(`${stack}.`) || /^[0-9a-f]{16}\./.test(name));
}
