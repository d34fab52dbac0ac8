// What an app suffers, by Heroku's codes: H for requests, R for dynos, L for logs.

interface HRow {
  desc: string;
  /** The status answered and told in the router's line. */
  status: number;
  at: 'info' | 'warning' | 'error';
  /** Which side of the router broke off. */
  sock?: 'client' | 'backend';
}

export const H_CODES = {
  H10: { desc: 'App crashed', status: 503, at: 'error' },
  H11: { desc: 'Backlog too deep', status: 503, at: 'error' },
  H12: { desc: 'Request timeout', status: 503, at: 'error' },
  H13: { desc: 'Connection closed without response', status: 503, at: 'error' },
  H14: { desc: 'No web processes running', status: 503, at: 'error' },
  H15: { desc: 'Idle connection', status: 503, at: 'error' },
  H17: { desc: 'Poorly formatted HTTP response', status: 503, at: 'error' },
  H18: { desc: 'Server Request Interrupted', status: 503, at: 'error', sock: 'backend' },
  H19: { desc: 'Backend connection timeout', status: 503, at: 'error' },
  H20: { desc: 'App boot timeout', status: 503, at: 'error' },
  H21: { desc: 'Backend connection refused', status: 503, at: 'error' },
  H22: { desc: 'Connection limit reached', status: 503, at: 'error' },
  H24: { desc: 'Forced close', status: 503, at: 'error' },
  H25: { desc: 'HTTP restriction', status: 502, at: 'error' },
  H26: { desc: 'Request Error', status: 400, at: 'error' },
  H27: { desc: 'Client Request Interrupted', status: 499, at: 'warning', sock: 'client' },
  H28: { desc: 'Client Connection Idle', status: 499, at: 'warning', sock: 'client' },
  H80: { desc: 'Maintenance mode', status: 503, at: 'info' },
  H81: { desc: 'Blank app', status: 502, at: 'info' },
  H99: { desc: 'Platform error', status: 503, at: 'error' },
} as const satisfies Record<string, HRow>;

export type HCode = keyof typeof H_CODES;

/** The row of a code, with its optional columns. */
export function hRow(code: HCode): HRow {
  return H_CODES[code];
}

export const R_CODES = {
  R10: 'Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch',
  R12: 'Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM',
  R13: 'Error R13 (Attach error) -> Failed to attach to process',
  R14: 'Error R14 (Memory quota exceeded)',
  R15: 'Error R15 (Memory quota vastly exceeded)',
  R16: 'Error R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.',
  R17: 'Error R17 (Checksum error) -> Checksum does match expected value.',
  R99: 'Error R99 (Platform error) -> Failed to launch the dyno',
} as const;
