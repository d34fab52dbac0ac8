// One-time codes as phones make them: RFC 6238, six digits, a new one every 30 s. Those of the steps before and after are taken, for
// clocks that are a little off.
const PERIOD_S = 30;

/** A new secret, and the URL that a phone takes it from. */
export async function newSecret(email: string, domain: string): Promise<{ secret: string; url: string }> {
  const { Secret, TOTP } = await import('otpauth');
  const secret = new Secret({ size: 20 });
  const url = new TOTP({ issuer: `Slipway ${domain}`, label: email, secret }).toString();
  return { secret: secret.base32, url };
}

/** The step of time whose code it is, among those near `now` (ms); null when it is none of theirs. */
export async function stepOf(secret: string, code: string, now: number): Promise<number | null> {
  const { Secret, TOTP } = await import('otpauth');
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_S) + delta;
}
