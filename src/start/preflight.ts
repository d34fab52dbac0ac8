// What must be there before anything else; all that is missing is told at once.
import { findProgram } from './machine/find-program.js';

const OLDEST_NODE = [20, 19] as const;

/** Throws one message that lists everything missing, with its remedy. */
export function preflight(o: { platform: string; nodeVersion: string; hasGit: boolean } = thisMachine()): void {
  const [major = 0, minor = 0] = o.nodeVersion.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const problems = [
    ...(o.platform === 'linux' ? [] : [`Slipway runs on Linux, this is ${o.platform}: use a Linux machine or a virtual one.`]),
    ...(isOld ? [`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${o.nodeVersion}: install a newer one.`] : []),
    ...(o.hasGit ? [] : ['git is missing: install it (on Debian: `sudo apt-get install git`).']),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function thisMachine() {
  return { platform: process.platform, nodeVersion: process.versions.node, hasGit: findProgram('git') !== undefined };
}
