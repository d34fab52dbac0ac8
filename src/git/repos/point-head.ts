// Which branch a clone checks out: main where it exists, else master.
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BRANCHES = ['refs/heads/main', 'refs/heads/master'];

/** Brings HEAD in line with the branches that exist. Costs three file look-ups; to be called after a push. */
export async function pointHead(repoDir: string): Promise<void> {
  const packed = await readFile(join(repoDir, 'packed-refs'), 'utf8').catch(() => '');
  const wanted = await firstExisting(repoDir, packed);
  const text = `ref: ${wanted}\n`;
  const file = join(repoDir, 'HEAD');
  if ((await readFile(file, 'utf8')) !== text) await writeFile(file, text);
}

async function firstExisting(repoDir: string, packed: string): Promise<string> {
  for (const ref of BRANCHES) {
    const isLoose = await access(join(repoDir, ref)).then(
      () => true,
      () => false,
    );
    if (isLoose || packed.includes(` ${ref}\n`)) return ref;
  }
  return BRANCHES[0]!;
}
