// Keys of ssh, as its files have them (RFC 4253 6.6, RFC 8709): ed25519 only.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

export interface SshKeyPair {
  /** `ssh-ed25519 AAAA… comment` */
  publicKey: string;
  /** PKCS #8, as PEM. */
  privateKey: string;
}

export const ED25519 = 'ssh-ed25519';

/** A new pair. The comment says what it is for, to whoever finds it at a host. */
export function makeSshKey(comment: string): SshKeyPair {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { publicKey: `${ED25519} ${publicBlob(pem).toString('base64')} ${comment}`, privateKey: pem };
}

/** The public half of a private key, as ssh sends it. */
export function publicBlob(privateKey: string): Buffer {
  const { x = '' } = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' });
  return Buffer.concat([sshString(ED25519), sshString(Buffer.from(x, 'base64url'))]);
}

/** Bytes behind their length, in four bytes. */
export function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** `SHA256:…`, as ssh-keygen -l shows the key that is in a line, whatever stands before it; null for a line without one. */
export function fingerprintOf(line: string): string | null {
  const blob = /(?:^|\s)[\w@.-]+ (AAAA[A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(line)?.[1];
  if (blob === undefined) return null;
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
