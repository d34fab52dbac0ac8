// The operator's table of plans: YAML, a list that stands for the whole table.
//
//   - name: small          # people say heroku-postgresql:small
//     memory: 256          # MB, of the server's container
//     connections: 20
//     disk: 1024           # MB
//     cents: 500           # a month, shown only; 0 unless told
//     title: Small         # the name unless told
//     default: true        # of one of them; the first unless told
//     backups: 25          # of PostgreSQL, those by hand that are kept
//     backup_days: 7       # of those by the clock, all of so many days
//     backup_weeks: 4      # and one a week, of so many weeks
import { parse } from 'yaml';
import { z } from 'zod';
import { RETENTION } from '../model/backup/retention.js';
import type { ServicePlan } from './plan.js';

const whole = (least: number, most: number, what: string) => {
  const says = `must be ${what}, a whole number from ${least} to ${most}`;
  return z.int(says).min(least, says).max(most, says);
};

const Row = z.strictObject(
  {
    name: z.string('must be a name').regex(/^[a-z0-9][a-z0-9-]{0,48}$/, 'must be lowercase letters, digits and dashes'),
    title: z.string('must be a text').max(100, 'must be 100 characters at most').optional(),
    cents: whole(0, 100_000_000, 'US cents').optional(),
    memory: whole(64, 16_777_216, 'megabytes'),
    connections: whole(1, 10_000, 'a number of connections'),
    disk: whole(128, 1_073_741_824, 'megabytes'),
    default: z.boolean('must be true or false').optional(),
    backups: whole(1, 10_000, 'a number of backups').optional(),
    backup_days: whole(1, 3_650, 'days').optional(),
    backup_weeks: whole(0, 520, 'weeks').optional(),
  },
  'must be a plan, as "name: small" with what belongs to it below',
);
const Rows = z
  .array(Row, 'must be a list of plans, each begun with a dash')
  .min(1, 'needs one plan at least')
  .max(100, 'must be 100 plans at most')
  .refine((rows) => new Set(rows.map(({ name }) => name)).size === rows.length, 'no two plans may have the same name')
  .refine((rows) => rows.filter((row) => row.default).length <= 1, 'one plan is the default, not more');

/** The parser's time grows with the square of the text. */
const MOST_CHARS = 64 * 1024;

/** What the file says. Throws one Error that lists every problem with the plan and the field it is at. */
export function parsePlanFile(text: string): ServicePlan[] {
  if (text.length > MOST_CHARS) throw new Error(`  it is longer than ${MOST_CHARS / 1024} kB`);
  const parsed = Rows.safeParse(read(text));
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `  ${placeOf(issue.path)}${says(issue)}`).join('\n'));
  const chosen = parsed.data.findIndex((row) => row.default);
  return parsed.data.map(({ name, title, cents, memory, connections, disk, default: _chosen, ...backups }, at) => ({
    name,
    title: title ?? name,
    cents: cents ?? 0,
    memoryMb: memory,
    connections,
    diskMb: disk,
    isDefault: at === Math.max(chosen, 0),
    ...retentionOf(backups),
  }));
}

function retentionOf(o: { backups?: number | undefined; backup_days?: number | undefined; backup_weeks?: number | undefined }) {
  if (Object.values(o).every((each) => each === undefined)) return {};
  const { byHand, days, weeks } = RETENTION;
  return { backups: { byHand: o.backups ?? byHand, days: o.backup_days ?? days, weeks: o.backup_weeks ?? weeks } };
}

function read(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 10 });
  } catch (error) {
    throw new Error(`  ${(error as Error).message.split('\n')[0]}`);
  }
}

function says(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  return `there is no ${issue.keys.join(', ')}; a plan has ${Object.keys(Row.shape).join(', ')}`;
}

function placeOf([at, field]: PropertyKey[]): string {
  if (typeof at !== 'number') return '';
  return field === undefined ? `plan ${at + 1}: ` : `plan ${at + 1}, ${String(field)}: `;
}
