// What `paas deploy` takes along, by the real git in real directories.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Packed } from '../../../src/cli/commands/deploy/packed.js';
import { openSource } from '../../../src/cli/commands/deploy/source.js';

const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
let dir: string;
let warnings: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-deploy-'));
  warnings = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

function git(...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=J', '-c', 'user.email=j@example.com', ...args], { cwd: dir, env, encoding: 'utf8' });
}

function commit(files: Record<string, string>, subject = 'First'): void {
  write(files);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', subject);
}

async function packed(o: { uncommitted?: boolean; below?: string } = {}): Promise<{ source: Packed; files: Record<string, string> }> {
  const warn = (message: string) => void warnings.push(message);
  const source = await openSource({ cwd: join(dir, o.below ?? ''), env }, { uncommitted: o.uncommitted ?? false, warn });
  const files: Record<string, string> = {};
  const reader = source.stream.pipe(createGunzip()).pipe(extract());
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, linkname, mode } = entry.header;
    if (type === 'symlink') files[name] = `-> ${linkname}`;
    if (type === 'file') files[name] = `${mode! & 0o111 ? '* ' : ''}${Buffer.concat(chunks).toString()}`;
  }
  return { source, files };
}

it('a commit: what git push would bring, whatever its attributes leave out', async () => {
  commit({ 'a.txt': 'one', 'doc/b.txt': '$Format:%H$', '.gitattributes': 'doc export-ignore\n*.txt export-subst\n' }, 'Say one');
  write({ 'a.txt': 'two', 'new.txt': 'new' });
  const { source, files } = await packed();
  expect(files).toEqual({ 'app/.gitattributes': expect.any(String) as string, 'app/a.txt': 'one', 'app/doc/b.txt': '$Format:%H$' });
  expect(source).toMatchObject({ version: git('rev-parse', 'HEAD').trim(), description: 'Say one' });
  expect(warnings).toEqual(["2 files have changes that aren't committed: they are not deployed. With them: paas deploy --uncommitted"]);
});

it('a directory of a commit', async () => {
  commit({ 'api/a.txt': 'one', 'web/b.txt': 'two' });
  expect((await packed({ below: 'api' })).files).toEqual({ 'app/a.txt': 'one' });
  expect(warnings).toEqual([]);
  mkdirSync(join(dir, 'new'));
  await expect(packed({ below: 'new' })).rejects.toThrow("new/ isn't in the last commit.\nCommit it, or");
});

it('files as they are: changed, new and gone ones, without what is ignored', async () => {
  commit({ 'a.txt': 'one', 'gone.txt': 'x', '.gitignore': '*.log\n' });
  write({ 'a.txt': 'two', 'new.txt': 'new', 'noise.log': 'noise' });
  rmSync(join(dir, 'gone.txt'));
  const { source, files } = await packed({ uncommitted: true });
  expect(files).toEqual({ 'app/.gitignore': '*.log\n', 'app/a.txt': 'two', 'app/new.txt': 'new' });
  expect(source).toMatchObject({ version: null, description: null });
});

it('a directory without git: files, programs, links, empty ones; no repository inside', async () => {
  write({
    'bin/run': '#!/bin/sh\n',
    empty: '',
    'ü ber/x': 'x',
    'node_modules/m/index.js': '',
    '.gitignore': 'node_modules\n',
    'inner/y': 'y',
  });
  chmodSync(join(dir, 'bin/run'), 0o755);
  symlinkSync('bin/run', join(dir, 'start'));
  git('init', '-q', 'inner');
  const { files } = await packed();
  expect(files).toEqual({
    'app/.gitignore': 'node_modules\n',
    'app/bin/run': '* #!/bin/sh\n',
    'app/empty': '',
    'app/start': '-> bin/run',
    'app/ü ber/x': 'x',
  });
  expect(warnings).toEqual(['Git repositories inside are left out: inner/']);
});

it('nothing to deploy is said', async () => {
  await expect(packed()).rejects.toThrow(`There is nothing to deploy in ${dir}`);
  git('init', '-q', '-b', 'main');
  await expect(packed()).rejects.toThrow(
    'Nothing is committed here yet.\nCommit it, or deploy the files as they are: paas deploy --uncommitted',
  );
});
