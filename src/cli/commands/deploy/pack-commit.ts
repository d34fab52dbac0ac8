// A commit as an archive: the same that a push of it would be built from.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import { CliError } from '../../api/errors.js';
import { git, must, type Checkout } from '../../git/git.js';
import type { Packed } from './packed.js';

/** Packs a commit's part below `checkout.cwd`. Throws CliError when the commit has no such directory. */
export async function packCommit(checkout: Checkout, commit: string, warn: (message: string) => void): Promise<Packed> {
  const below = (await must(checkout, ['rev-parse', '--show-prefix'])).trim();
  const tree = await git(checkout, ['rev-parse', '--verify', '--quiet', `${commit}:${below}`]);
  if (tree.code !== 0) {
    throw new CliError(`${below} isn't in the last commit.\nCommit it, or deploy the files as they are: paas deploy --uncommitted`);
  }
  const modules = await git(checkout, ['cat-file', '-e', `${tree.stdout.trim()}:.gitmodules`]);
  if (modules.code === 0) warn('Files of git submodules are not deployed this way: git push has them fetched.');
  const repo = await openBeside(checkout);
  // A commit gives its files its own time, a tree gives them that of now.
  const child = spawn('git', ['--git-dir', repo, 'archive', '--format=tar', '--prefix=app/', below === '' ? commit : tree.stdout.trim()], {
    cwd: repo,
    env: withoutGit(checkout.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-1_000)));
  const stream = child.stdout.pipe(createGzip({ level: 6 }));
  child.on('error', (error) => stream.destroy(error));
  child.on('close', (code) => {
    void rm(repo, { recursive: true, force: true });
    if (code !== 0) stream.destroy(new CliError(`git can't pack the commit: ${said.trim() || `code ${code}`}`));
  });
  stream.on('close', () => child.kill());
  return { stream, version: commit, description: (await must(checkout, ['log', '-1', '--format=%s', commit])).trim() };
}

/** A bare repository on the same objects, whose archives hold what a checkout would: no export-ignore, no export-subst. */
async function openBeside(checkout: Checkout): Promise<string> {
  const objects = resolve(checkout.cwd, (await must(checkout, ['rev-parse', '--git-path', 'objects'])).trim());
  const format = (await must(checkout, ['rev-parse', '--show-object-format'])).trim();
  const repo = await mkdtemp(join(tmpdir(), 'paas-deploy-'));
  await must({ cwd: repo, env: withoutGit(checkout.env) }, ['init', '--quiet', '--bare', `--object-format=${format}`, repo]);
  await writeFile(join(repo, 'objects/info/alternates'), `${objects}\n`);
  await writeFile(join(repo, 'info/attributes'), '* -export-ignore -export-subst\n');
  return repo;
}

/** Without what names the repository that paas was started in (as a hook, say). */
function withoutGit(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|PREFIX)$/.test(key)));
}
