// A public SSH key as OpenSSH writes it: `ssh-ed25519 AAAA… comment`. Read whole (RFC 4253 §6.6, 5656 §3.1, 8709 §4, PROTOCOL.u2f),
// so that what is kept is a key, and one that can be relied on.
import { createHash } from 'node:crypto';
import { PlatformError } from '../errors.js';

export interface SshKey {
  id: string;
  userId: string;
  /** Kind, base64 and comment, one space between. */
  publicKey: string;
  /** As `ssh-keygen -l` shows it: `SHA256:…`. */
  fingerprint: string;
  comment: string;
  createdAt: Date;
  updatedAt: Date;
}

/** An account has so many at most. */
export const MOST_SSH_KEYS = 50;
const LEAST_RSA_BITS = 2_048;
const MOST_RSA_BITS = 16_384;

/** What follows the kind within the key, each part with its length before it. */
const PARTS: Readonly<Record<string, (parts: Buffer[]) => string | null>> = {
  'ssh-ed25519': (parts) => unless(parts.length === 1 && parts[0]!.length === 32),
  'sk-ssh-ed25519@openssh.com': (parts) => unless(parts.length === 2 && parts[0]!.length === 32),
  'ecdsa-sha2-nistp256': (parts) => onCurve(parts, 'nistp256', 32, 2),
  'ecdsa-sha2-nistp384': (parts) => onCurve(parts, 'nistp384', 48, 2),
  'ecdsa-sha2-nistp521': (parts) => onCurve(parts, 'nistp521', 66, 2),
  'sk-ecdsa-sha2-nistp256@openssh.com': (parts) => onCurve(parts, 'nistp256', 32, 3),
  'ssh-rsa': whyNoRsa,
};

/** Reads what somebody gives as their key. Throws `invalid_params`, in words, for what is none, or too weak. */
export function parseSshKey(text: string): Pick<SshKey, 'publicKey' | 'fingerprint' | 'comment'> {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw wrong('is a private key, which must stay with you: make a new pair, and give the public one (the file that ends in .pub)');
  const lines = text.trim().split(/\r?\n/);
  if (lines.length > 1) throw wrong('must be one line: one key at a time');
  const [kind = '', base64 = '', ...rest] = lines[0]!.trim().split(/[ \t]+/);
  if (kind === 'ssh-dss') throw wrong('is a DSA key, which is no longer safe: make one with ssh-keygen -t ed25519');
  const check = Object.hasOwn(PARTS, kind) ? PARTS[kind] : undefined;
  if (!check) throw wrong(`must begin with its kind, one of ${Object.keys(PARTS).join(', ')}, as a .pub file does`);
  const blob = readBase64(base64);
  const parts = blob && readParts(blob);
  if (!blob || parts?.[0]?.toString('latin1') !== kind) throw wrong(DAMAGED);
  const why = check(parts.slice(1));
  if (why) throw wrong(why);
  const comment = rest.join(' ');
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
  return { publicKey: [kind, base64, ...(comment ? [comment] : [])].join(' '), fingerprint, comment };
}

const DAMAGED = 'is damaged: copy the whole line of the .pub file';

function unless(isWhole: boolean): string | null {
  return isWhole ? null : DAMAGED;
}

function onCurve(parts: Buffer[], curve: string, bytes: number, count: number): string | null {
  const [name, point] = parts;
  return unless(parts.length === count && name!.toString('latin1') === curve && point!.length === 1 + 2 * bytes && point![0] === 4);
}

function whyNoRsa(parts: Buffer[]): string | null {
  const [exponent, modulus] = parts;
  if (parts.length !== 2 || exponent!.length === 0 || modulus!.length === 0) return DAMAGED;
  const bits = bitsOf(modulus!);
  if (bits < LEAST_RSA_BITS) return `is an RSA key of ${bits} bits, which is too short: make one with ssh-keygen -t ed25519`;
  return bits > MOST_RSA_BITS ? `is an RSA key of ${bits} bits; ${MOST_RSA_BITS} are the most` : null;
}

/** Of a number without its leading zeros. */
function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first - 1) * 8 + (32 - Math.clz32(number[first]!));
}

function readBase64(text: string): Buffer | null {
  const blob = Buffer.from(text, 'base64');
  return blob.length > 0 && blob.toString('base64') === text ? blob : null;
}

/** Strings with their lengths before them (RFC 4251 §5); null where they don't fill the whole. */
function readParts(blob: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (blob.length - at < 4) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

function wrong(why: string): PlatformError {
  return new PlatformError('invalid_params', `public_key: ${why}`);
}
