// This terminal, or pipe, at the input and output of a dyno.
import type { TLSSocket } from 'node:tls';
import { CliError, Exit } from '../../api/errors.js';
import type { Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import type { DynoResource } from '../../api/resources.js';
import { meet } from './meet.js';
import { pass } from './pass.js';

export interface AttachedResource extends DynoResource {
  attach_url: string | null;
  /** sha256 of the certificate that is met there. */
  attach_fingerprint?: string | null;
}

interface Wish {
  /** `Running bash on demo` */
  what: string;
  isTerminal: boolean;
  ask(): Promise<AttachedResource>;
  status(dyno: AttachedResource): string;
}

/** Whether a person sits at both ends of this command. */
export function hasTerminal({ stdin, stdout }: Pick<Cli, 'stdin' | 'stdout'>): boolean {
  return Boolean(stdin.isTTY && stdout.isTTY);
}

/** Asks for it, comes, and passes bytes on until the command has ended; its status then. */
export async function attach(cli: Cli, o: Wish): Promise<{ status: Promise<number> }> {
  let socket: TLSSocket | undefined;
  const work = async () => {
    const dyno = await o.ask();
    if (!dyno.attach_url) throw new CliError('The platform gave no address to attach to.');
    socket = await meet({ url: dyno.attach_url, fingerprint: dyno.attach_fingerprint ?? null, dyno: dyno.name });
    return dyno;
  };
  const dyno = await during(cli.terminal, o.what, work, o.status);
  return { status: pass(cli, { socket: socket!, isTerminal: o.isTerminal, dyno: dyno.name }) };
}

/** Ends this program with the command's status, and says nothing more. */
export function exitAs(status: number): void {
  if (status !== 0) throw new Exit(status);
}
