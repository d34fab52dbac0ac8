// The kernel's tables of rules, by their programs. Each waits for its turn, since others change them too.
import { spawn } from 'node:child_process';

export function iptables(...args: string[]): Promise<string> {
  return run('iptables', ['-w', '5', ...args]);
}

export function ip6tables(...args: string[]): Promise<string> {
  return run('ip6tables', ['-w', '5', ...args]);
}

/** Brings a text of rules in force in one step; chains that it doesn't name stay as they are. */
export async function restoreRules(text: string): Promise<void> {
  await run('iptables-restore', ['-w', '5', '--noflush'], text);
}

function run(command: string, args: string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)));
    child.on('close', (status) => (status === 0 ? resolve(out) : reject(new Error(`${command}: ${err.trim().split('\n')[0] ?? ''}`))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
