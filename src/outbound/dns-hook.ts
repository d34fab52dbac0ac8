// Sets and removes an entry in DNS by a program of the operator's, which knows whose DNS it is: `HOOK add|remove NAME VALUE`, where NAME is
// that of a TXT record. It ends with 0 once the entry can be seen from outside.
import { spawn } from 'node:child_process';
import { cleanText } from '../model/logs/log-text.js';

const WITHIN_MS = 120_000;
/** It may have left something running that holds its output. */
const OUTPUT_MS = 1_000;
const MOST_KEPT = 4_096;
const MOST_SHOWN = 300;

/** Throws one sentence that says how it failed, with the last line that it wrote to stderr: apps' owners read it. */
export async function runDnsHook(hook: string, action: 'add' | 'remove', name: string, value: string, withinMs = WITHIN_MS): Promise<void> {
  const said = `The DNS hook (SLIPWAY_ACME_DNS_HOOK) could not ${action} the TXT record ${name}`;
  // A group of its own, so that what it has started ends with it.
  const child = spawn(hook, [action, name, value], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written = (written + text).slice(-MOST_KEPT)));
  const why = await new Promise<string | null>((resolve) => {
    const end = () => {
      if (child.pid !== undefined) killGroup(child.pid);
      resolve(`it took more than ${withinMs / 1000} s`);
    };
    const timer = setTimeout(end, withinMs);
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(`it could not be started (${error.code ?? error.message})`);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const grace = setTimeout(tell, OUTPUT_MS);
      child.once('close', () => {
        clearTimeout(grace);
        tell();
      });
      function tell(): void {
        child.stderr.destroy();
        resolve(code === 0 ? null : `it ended with ${signal ?? code}${lastLine(written)}`);
      }
    });
  });
  if (why !== null) throw new Error(`${said}: ${why}`);
}

function lastLine(written: string): string {
  const line = cleanText(written.trimEnd().split('\n').at(-1) ?? '').trim();
  return line === '' ? '' : `: ${line.slice(0, MOST_SHOWN)}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
