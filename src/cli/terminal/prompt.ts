// Questions to the person at the terminal, asked on stderr.
import type { Cli } from '../command.js';
import { CliError } from '../api/errors.js';

/** Asks for one line; the answer is shown as it is typed. */
export async function ask(cli: Cli, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: cli.stdin, output: process.stderr });
  const closed = new Promise<never>((_, reject) => lines.once('close', () => reject(cancelled())));
  try {
    return (await Promise.race([lines.question(question), closed])).trim();
  } catch (error) {
    cli.terminal.tell('\n');
    throw error;
  } finally {
    lines.close();
  }
}

/** Asks for one line without showing it. Ctrl-C and Ctrl-D cancel. */
export async function askSecret(cli: Cli, question: string): Promise<string> {
  const { stdin, terminal } = cli;
  terminal.tell(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    let typed = '';
    for await (const chunk of stdin) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return typed.trim();
        if (key === '\u0003' || key === '\u0004') throw cancelled();
        typed = key === '\u007F' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed.trim();
  } finally {
    stdin.setRawMode(false);
    terminal.tell('\n');
  }
}

/** Ctrl-C's own exit code, wherever it is typed. */
function cancelled(): CliError {
  return new CliError('Cancelled.', 130);
}

/** Everything that is piped in, trimmed. */
export async function readPiped(cli: Cli): Promise<string> {
  let text = '';
  cli.stdin.setEncoding('utf8');
  for await (const chunk of cli.stdin) text += String(chunk);
  return text.trim();
}
