// `npm start`: the platform, until Ctrl-C.
import { banner } from './screen/banner.js';
import type { CommandInput } from './command.js';
import { homeSetting, paasCommand } from './machine/paas-command.js';
import { runSession } from './session.js';

export function start(input: CommandInput): Promise<number> {
  return runSession(input, {}, async ({ platform, lines, isWanted, untilStopped }) => {
    const how = { paas: paasCommand(input.root), homeSetting: homeSetting(input.config) };
    process.stdout.write(banner({ ready: platform, ...input.config, ...how }));
    lines.release(isWanted);
    await untilStopped();
    return 0;
  });
}
