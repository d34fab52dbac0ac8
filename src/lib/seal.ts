// Secrets at rest: AES-256-GCM with the home's key; and signatures for URLs we hand out.
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Reads the home's key: 64 hex characters, 32 bytes. Throws when the file isn't that. */
export function readKey(file: string): Buffer {
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new Error(`${file} must hold 64 hex characters; restore it from a backup, config vars can't be read without it.`);
  return Buffer.from(text, 'hex');
}

/** Encrypts text. The result holds nonce, tag and ciphertext. */
export function seal(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `seal` made. Throws when the key is another one or a byte was changed. */
export function unseal(key: Buffer, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
}

/** sha256 in hex: how tokens are kept, since they are long and random. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A signature for `text`, base64url. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Whether `signature` is the one `sign` makes, compared in constant time. */
export function isSigned(key: Buffer, text: string, signature: string): boolean {
  const wanted = Buffer.from(sign(key, text));
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
