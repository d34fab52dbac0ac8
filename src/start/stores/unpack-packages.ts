// The distribution's packages, unpacked beside our modules: needs no root, and starts no service of the machine's as installing them would.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOrThrow } from '../machine/run-command.js';

/** Fetches the packages, and those they need that this machine hasn't, and unpacks them into `target`. */
export async function unpackPackages(names: readonly [string, ...string[]], target: string): Promise<void> {
  const unfinished = `${target}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const simulate = ['install', '-s', '--reinstall', '--no-install-recommends', ...names];
  const apt = await packageLists(unfinished, simulate);
  const simulated = await runOrThrow(`Looking for the package ${names[0]}`, 'apt-get', [...apt, ...simulate]);
  const packages = [...simulated.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  await runOrThrow(`Downloading ${names[0]}`, 'apt-get', [...apt, '-o', 'APT::Sandbox::User=', 'download', ...packages], {
    cwd: unfinished,
  });
  for (const file of readdirSync(unfinished).filter((name) => name.endsWith('.deb'))) {
    await runOrThrow(`Unpacking ${names[0]}`, 'dpkg', ['-x', file, 'root'], { cwd: unfinished });
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(join(unfinished, 'root'), target);
  rmSync(unfinished, { recursive: true, force: true });
}

/** Options that make apt-get work with package lists: the machine's, or a private copy fetched now when it has none. */
async function packageLists(dir: string, simulate: string[]): Promise<string[]> {
  const known = await run('apt-get', simulate);
  if (known.code === 0) return [];
  const own = ['-o', `Dir::State::Lists=${join(dir, 'lists')}`, '-o', `Dir::Cache=${join(dir, 'cache')}`];
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(dir, part), { recursive: true });
  await runOrThrow('Fetching the package lists', 'apt-get', [...own, '-o', 'APT::Sandbox::User=', 'update']);
  return own;
}
