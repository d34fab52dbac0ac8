import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { herokuCommands } from '../support/heroku-client.js';

it('the table names every command of the client, and no other', async () => {
  const table = await readFile(resolve('test/heroku/COMMANDS.md'), 'utf8');
  const named = [...table.matchAll(/^\| `([\w:-]+)` +\| (?:works|answers clearly|impossible|not tried) +\|/gm)].map(([, id]) => id!);
  expect(named).toEqual((await herokuCommands()).map(({ id }) => id).toSorted());
});
