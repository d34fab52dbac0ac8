// Ctrl-C and its kin.

/** npm passes on a Ctrl-C that the terminal has sent us already: a second one counts only after this long. */
const ONE_PRESS_MS = 1_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a later one ends this process at once. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = 0;
    const hear = (name: NodeJS.Signals) => {
      if (first && Date.now() - first > ONE_PRESS_MS) process.exit(130);
      first ||= Date.now();
      resolve(name);
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, hear);
  });
}
