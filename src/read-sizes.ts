// The table of dyno sizes, checked once at start: the operator's `sizes.yml` in the home, or Heroku's.
// Imported by main.ts files only, like config.ts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeTable, SIZES, type SizeTable } from './model/dyno-size.js';

/** Throws one Error that lists every problem with its remedy. */
export async function readSizes(o: { home: string; defaultSize?: string | undefined }): Promise<SizeTable> {
  const table = await readTable(o.home);
  if (o.defaultSize === undefined) return table;
  if (table.find(o.defaultSize)) return sizeTable(table.all, o.defaultSize);
  const names = table.all.map(({ name }) => name).join(', ');
  throw new Error(`SLIPWAY_DEFAULT_SIZE: there is no dyno size ${JSON.stringify(o.defaultSize)}; choose one of ${names}, or unset it`);
}

async function readTable(home: string): Promise<SizeTable> {
  const path = join(home, 'sizes.yml');
  const text = readIfThere(path);
  if (text === null) return SIZES;
  // Most homes have none: the parser is loaded for those that do.
  const { parseSizeFile } = await import('./size-file.js');
  try {
    return sizeTable(parseSizeFile(text));
  } catch (error) {
    throw new Error(`The dyno sizes in ${path} can't be used; correct them, or remove the file:\n${(error as Error).message}`);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} can't be read (${(error as Error).message}); let it be a file that this user may read, or remove it`);
  }
}
