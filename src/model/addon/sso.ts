// Single sign-on: who opens an add-on is sent to its provider with a form that proves who sent them, and when.
import { createHash } from 'node:crypto';

interface SignOn {
  providerId: string;
  salt: string;
  /** Seconds since the epoch. */
  timestamp: number;
  email: string;
  userId: string;
  app: string;
}

/** The fields of the form. `token` and `id` are what providers of version 1 read. */
export function signOnFields({ providerId, salt, timestamp, email, userId, app }: SignOn): Record<string, string> {
  const token = createHash('sha1').update(`${providerId}:${salt}:${timestamp}`).digest('hex');
  return {
    resource_id: providerId,
    resource_token: token,
    id: providerId,
    token,
    timestamp: String(timestamp),
    email,
    user_id: userId,
    app,
    context_app: app,
    'nav-data': '',
  };
}
