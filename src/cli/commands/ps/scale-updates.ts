import { CliError } from '../../api/errors.js';

export interface ScaleUpdate {
  type: string;
  /** `2`, `+1`, `-1`: the API takes them as text. */
  quantity: string;
  size?: string;
}

/** `web=2`, `worker+1`, `web=1:Standard-2X`. Throws CliError for anything else. */
export function parseScale(text: string): ScaleUpdate {
  const match = /^([\w-]+?)(=|\+|-)(\d+)(?::([\w-]+))?$/.exec(text);
  if (!match)
    throw new CliError(
      `${JSON.stringify(text)} is no change of scale: use TYPE=N, TYPE+N or TYPE-N, such as web=2 or worker+1:Standard-2X`,
    );
  const [, type, sign, count, size] = match;
  return { type: type!, quantity: sign === '=' ? count! : `${sign}${count}`, ...(size ? { size } : {}) };
}
