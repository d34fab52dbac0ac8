// `paas --complete -- WORDS`: what the last of the words may become, one a line. The scripts of completion.ts call it while somebody
// types: whatever goes wrong, it says nothing, and where the API takes its time, a process of its own waits for the answer and keeps
// it for the next Tab (`--complete --patient`).
import { spawn } from 'node:child_process';
import { ALIASES, GROUPS } from '../../command-groups.js';
import type { Cli } from '../../command.js';
import { lookUpValues } from './look-up.js';
import { namedApp, wantedAt } from './wanted.js';

/** No shell reads anything into such a word; a name that isn't one is not offered. */
const PLAIN = /^[\w.@%+,:=/-]+$/;

/** Prints what may come; returns 0. */
export async function complete(args: string[], cli: Cli): Promise<number> {
  const [first = '', ...rest] = args.slice(args.indexOf('--') + 1);
  const words = [rest.length > 0 && Object.hasOwn(ALIASES, first) ? ALIASES[first]! : first, ...rest];
  const isPatient = args[0] === '--patient';
  const found = await candidates(words, cli, isPatient).catch(() => []);
  const current = words.at(-1) ?? '';
  const fitting = [...new Set(found)].filter((each) => each.startsWith(current) && PLAIN.test(each)).toSorted();
  if (fitting.length > 0) cli.stdout.write(`${fitting.join('\n')}\n`);
  return 0;
}

async function candidates(words: string[], cli: Cli, isPatient: boolean): Promise<string[]> {
  const wanted = wantedAt(words);
  if (wanted?.kind === 'command') return [...GROUPS.flatMap(({ commands }) => commands), 'help', 'version'];
  if (wanted?.kind === 'flag') return flagsOf(wanted.command, cli);
  const looked = await Promise.all(
    (wanted?.of ?? []).map(async ({ source, before, after }) => {
      const { values, isLate } = await lookUpValues(cli, { source, app: namedApp(words), isPatient });
      return { isLate, values: values.map((each) => before + each + after) };
    }),
  );
  if (!isPatient && looked.some(({ isLate }) => isLate)) waitForIt(words, cli);
  return looked.flatMap(({ values }) => values);
}

function waitForIt(words: string[], { cwd, env }: Cli): void {
  const args = [process.argv[1] ?? '', '--complete', '--patient', '--', ...words];
  spawn(process.execPath, args, { cwd, env, detached: true, stdio: 'ignore' })
    .on('error', () => undefined)
    .unref();
}

async function flagsOf(command: string, cli: Cli): Promise<string[]> {
  const group = GROUPS.find(({ commands }) => commands.includes(command));
  const { newProgram } = await import('../../program.js');
  const program = newProgram(cli.terminal, () => undefined);
  (await group?.load())?.register(program, cli);
  const found = program.commands.find((each) => each.name() === command);
  return ['--help', ...(found?.options ?? []).flatMap(({ long }) => (long ? [long] : []))];
}
