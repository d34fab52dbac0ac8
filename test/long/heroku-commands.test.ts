// Every command of Heroku's client against the API, in a table (test/heroku/COMMANDS.md) that must not promise more than is true:
// what it says works has to work, and nothing crashes the client or hangs it. SLIPWAY_WRITE_COMMANDS=1 writes it anew
// (npm run format then makes it even).
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findUser } from '../../src/store/people/users.js';
import { IN_ORDER, NOT_TRIED } from '../heroku/every-command.js';
import { aDeployedApp } from '../integration/api/a-deployed-app.js';
import { callAs } from '../integration/api/client.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../integration/web/open-web.js';
import { herokuCommands, openLoggedOutShell, theClient, type CommandOfClient } from '../support/heroku-client.js';
import type { Shell } from '../support/shell.js';

const TABLE = resolve('test/heroku/COMMANDS.md');
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop\n';

interface Result {
  words: string[];
  /** Null when it hung. */
  code: number | null;
  error: string;
}

type Verdict = 'works' | 'answers clearly' | 'impossible' | 'not tried';

let web: OpenWeb;
let shell: Shell;

beforeAll(async () => {
  web = await openWeb();
  await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
  shell = await openLoggedOutShell(web.url);
  await shell.write({ '../id.pub': KEY });
  await shell.run('git init -q');
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});

/** Whether another test of this client runs it on a whole platform, where it must succeed. */
async function provenElsewhere(): Promise<(id: string) => boolean> {
  const files = ['conformance', 'login'].map((name) => readFile(resolve(`test/heroku/${name}.test.ts`), 'utf8'));
  const source = (await Promise.all(files)).join('\n');
  return (id) => new RegExp(`(ok\\(['"\`]|heroku |'|said\\(['"\`])(auth:)?${id.replace('auth:', '')}(?![\\w:-])`).test(source);
}

/** What a command is typed with of which nothing more is known: what it asks for. */
function generic({ id, args, flags }: CommandOfClient): string[] {
  const given = Object.values(args).filter(({ required }) => required);
  const named = Object.entries(flags).filter(([name, { required }]) => required || name === 'app' || name === 'confirm');
  return [
    id,
    ...given.map(({ options }) => options?.[0] ?? 'thing'),
    ...named.flatMap(([name, { options, type }]) =>
      type === 'boolean' ? [`--${name}`] : [`--${name}`, ['app', 'confirm'].includes(name) ? 'shop' : (options?.[0] ?? '1')],
    ),
  ];
}

/** Runs them all; one that hangs is the last of its process, and the others go on in the next. */
async function runAll(all: { words: string[] }[]): Promise<Result[]> {
  const env = {
    RUN: resolve('test/fixtures/every-command.mjs'),
    CLIENT: await theClient(),
    HEROKU_API_KEY: web.adminToken,
    EDITOR: 'true',
  };
  const results: Result[] = [];
  while (results.length < all.length) {
    await shell.write({ '../commands.json': JSON.stringify(all.slice(results.length)) });
    await rm(join(shell.home, 'results.jsonl'), { force: true });
    const { stderr } = await shell.run('node "$RUN" "$CLIENT" ../commands.json ../results.jsonl </dev/null', { env });
    const lines = await readFile(join(shell.home, 'results.jsonl'), 'utf8').catch(() => '');
    if (lines === '') throw new Error(`${all[results.length]!.words.join(' ')} ended its process: ${stderr}`);
    results.push(
      ...lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Result),
    );
  }
  return results;
}

function verdictOf({ code, error }: Result): Verdict {
  if (code === 0) return 'works';
  return error.includes("a service of Heroku's own") ? 'impossible' : 'answers clearly';
}

/** Its first line, without what is another each time. */
const firstLine = (text: string) =>
  (text.split('\n')[0] ?? '').replaceAll('|', '\\|').replaceAll(shell.home, '~').replaceAll(web.url, 'API').slice(0, 160);

function tabulate(rows: Map<string, [Verdict, string]>): string {
  const lines = [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, [verdict, why]]) => `| \`${id}\` | ${verdict} | ${why} |`);
  return `# Every command of Heroku's client

Version 11.10.0, against an API of this platform. Written and checked by \`test/long/heroku-commands.test.ts\`; on a whole platform
\`conformance.test.ts\` and \`login.test.ts\` run what has to do with dynos, builds and add-ons. *works* includes lists that are empty.

| command | verdict | why, or what it says |
|---|---|---|
${lines.join('\n')}
`;
}

it('is in a table that promises no more than is true, and none crashes or hangs', { timeout: 1_500_000 }, async () => {
  const session = await callAs(() => web.url, web.adminToken)('POST', '/oauth/sessions', { description: 'a session' });
  const fill = (word: string) =>
    word.replace('{keyFile}', join(shell.home, 'id.pub')).replace('{session}', (session.body as { id: string }).id);
  const commands = await herokuCommands();
  const proven = await provenElsewhere();
  const named = new Set(IN_ORDER.map(({ type }) => type.split(' ')[0]!));
  const others = commands.filter(({ id }) => !named.has(id) && !Object.hasOwn(NOT_TRIED, id) && !proven(id));
  const results = await runAll([
    ...IN_ORDER.map(({ type, keep }) => ({ words: type.split(' ').map(fill), keep })),
    ...others.map((each) => ({ words: generic(each) })),
  ]);
  const bad = results.filter(
    ({ code, error }) => code === null || /TypeError|ReferenceError|undefined \(reading|is not a function/.test(error),
  );
  const rows = new Map<string, [Verdict, string]>();
  for (const { id } of commands) if (proven(id)) rows.set(id, ['works', 'on a whole platform']);
  for (const [id, why] of Object.entries(NOT_TRIED)) rows.set(id, ['not tried', why]);
  for (const result of results) rows.set(result.words[0]!, [verdictOf(result), firstLine(result.error)]);
  if (process.env['SLIPWAY_WRITE_COMMANDS']) await writeFile(TABLE, tabulate(rows));
  const promised = [...(await readFile(TABLE, 'utf8')).matchAll(/^\| `([\w:-]+)` +\| works +\|/gm)].map(([, id]) => id!);
  expect(promised.filter((id) => rows.get(id)?.[0] !== 'works')).toEqual([]);
  expect(bad.map(({ words, error }) => `${words.join(' ')}: ${error}`)).toEqual([]);
});
