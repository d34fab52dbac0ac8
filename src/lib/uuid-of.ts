// Ids for things that exist by name only: the same name always has the same UUID (version 5).
import { createHash } from 'node:crypto';

/** The UUID of a name; `kind` keeps equal names of different things apart. */
export function uuidOf(kind: string, name: string): string {
  const bytes = createHash('sha1').update(`slipway ${kind} ${name}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
