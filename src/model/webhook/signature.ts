import { createHmac } from 'node:crypto';

/** What the header Heroku-Webhook-Hmac-SHA256 holds: only who knows the secret can have written this body. */
export function signatureOf(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}
