import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.js';

/** Makes a bare repository whose archives hold what a checkout would, whatever its attributes say. */
export async function initRepo(git: Git, dir: string): Promise<void> {
  await git(['init', '--quiet', '--bare', dir]);
  await mkdir(join(dir, 'info'), { recursive: true });
  await writeFile(join(dir, 'info', 'attributes'), '* -export-ignore -export-subst\n');
}
