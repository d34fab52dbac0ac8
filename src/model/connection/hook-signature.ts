// Whether a webhook comes from the host that was told the connection's secret: each host has its own way to say so.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

type Header = (name: string) => string;

/** GitLab sends the secret itself. */
const SECRET = 'x-gitlab-token';
/** All others an HMAC-SHA256 of the body, in hex: GitHub, Gitea and Forgejo (with its old names), Bitbucket. */
const SIGNATURES = ['x-hub-signature-256', 'x-forgejo-signature', 'x-gitea-signature', 'x-gogs-signature', 'x-hub-signature'];

/** Compares in constant time, before anything of the body is read. */
export function isFromHost(header: Header, body: Buffer, secret: string): boolean {
  if (header(SECRET) !== '') return isSame(header(SECRET), secret);
  const wanted = createHmac('sha256', secret).update(body).digest('hex');
  return SIGNATURES.some((name) => isSame(header(name).replace(/^sha256=/, ''), wanted));
}

/** Digests are of one length, whatever was given. */
function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a!, b!);
}
