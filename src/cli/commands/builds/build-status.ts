// How a build stands, as a cell or a field.
import type { BuildResource } from '../../api/resources.js';
import type { StyledCell } from '../../terminal/table.js';

const COLOURS = { succeeded: 'green', failed: 'red', pending: 'yellow' } as const satisfies Record<BuildResource['status'], string>;

/** The API calls a build that someone cancelled failed, as Heroku's does, and says beside it that it was. */
export function buildStatus({ status, cancelled }: Pick<BuildResource, 'status' | 'cancelled'>): StyledCell {
  if (cancelled) return { text: 'cancelled', style: 'yellow', isWhole: true };
  return { text: status, style: COLOURS[status], isWhole: true };
}
