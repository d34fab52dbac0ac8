// Whether a package that we run with is known to be vulnerable. Where the registry doesn't answer that, what runs is listed with
// its date, so that whoever reads CI's output later can compare.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const WITHIN_MS = 20_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const LINE_WIDTH = 120;
const GRAVE = ['high', 'critical'];

/** Asks npm; says what it found. 1 for a vulnerability of severity high or critical in what is no tool of ours, else 0. */
export async function auditPackages(o: { root: string; say(text: string): void; now: Date; registry?: string }): Promise<number> {
  const vulnerable = readAudit(await askNpm(o.root, o.registry));
  if (vulnerable === null) {
    const packages = installedPackages(readFileSync(join(o.root, 'package-lock.json'), 'utf8'));
    o.say(`-----> The registry doesn't tell of vulnerabilities. Packages on ${o.now.toISOString().slice(0, 10)}:\n${wrap(packages)}`);
    return 0;
  }
  for (const line of vulnerable) o.say(` !     ${line}\n`);
  if (vulnerable.length === 0) o.say('-----> No package is known to be vulnerable (high, critical)\n');
  return vulnerable.length > 0 ? 1 : 0;
}

interface Found {
  severity?: unknown;
  range?: unknown;
  via?: unknown;
  fixAvailable?: unknown;
}

/** A line for each grave vulnerability in npm's answer: what, how bad, what to do. Null when it is no answer. */
export function readAudit(answer: string): string[] | null {
  const found = vulnerabilitiesIn(answer);
  return (
    found &&
    Object.entries(found)
      .filter(([, { severity }]) => GRAVE.includes(String(severity)))
      .map(([name, each]) => lineOf(name, each))
  );
}

function vulnerabilitiesIn(answer: string): Record<string, Found> | null {
  try {
    return (JSON.parse(answer) as { vulnerabilities?: Record<string, Found> }).vulnerabilities ?? null;
  } catch {
    return null;
  }
}

function lineOf(name: string, { severity, range, via, fixAvailable }: Found): string {
  const causes = (Array.isArray(via) ? (via as unknown[]) : []).map((cause) => {
    if (typeof cause === 'string') return `through ${cause}`;
    const { title, url } = cause as { title?: string; url?: string };
    return [title, url].filter(Boolean).join(' ');
  });
  return `${name}${range ? ` ${String(range)}` : ''} is vulnerable (${String(severity)}): ${causes.join('; ')}. ${remedy(fixAvailable)}`;
}

function remedy(fix: unknown): string {
  if (typeof fix === 'object' && fix !== null) {
    const { name, version } = fix as { name?: string; version?: string };
    return `Set ${name} to ${version} in package.json, run npm install, and test again.`;
  }
  return fix === true
    ? 'Run npm audit fix, and test again.'
    : 'No fixed version is known: see whether it can be reached, or put another package in its place.';
}

/** `name@version` of what runs in production, by package-lock.json. */
export function installedPackages(lock: string): string[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version?: string; dev?: boolean }> };
  const installed = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  return [...new Set(installed.map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`))].sort();
}

function wrap(words: string[]): string {
  let text = '';
  let line = '';
  for (const word of words) {
    if (line.length + word.length > LINE_WIDTH) {
      text += `${line}\n`;
      line = '';
    }
    line += line === '' ? `       ${word}` : ` ${word}`;
  }
  return `${text}${line}\n`;
}

/** What npm prints; empty when it doesn't answer in time. Its status tells nothing that the text doesn't. */
function askNpm(root: string, registry?: string): Promise<string> {
  const args = ['audit', '--omit=dev', '--json', '--fetch-retries=0', ...(registry ? [`--registry=${registry}`] : [])];
  return new Promise((resolve) => {
    execFile('npm', args, { cwd: root, timeout: WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER_BYTES }, (_error, stdout) =>
      resolve(stdout),
    );
  });
}
