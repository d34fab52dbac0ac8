// `npm start`: the platform, until Ctrl-C.
import { banner } from './banner.js';
import type { CommandInput } from './command.js';
import { paasCommand } from './paas-command.js';
import { runSession } from './session.js';

export function start(input: CommandInput): Promise<number> {
  return runSession(input, {}, async ({ platform, lines, untilStopped }) => {
    process.stdout.write(banner({ ready: platform, domain: input.config.domain, home: input.config.home, paas: paasCommand(input.root) }));
    lines.release();
    await untilStopped();
    return 0;
  });
}
