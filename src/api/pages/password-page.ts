// The page that a link to set a password leads to. The secret comes in the query, which no log has, and goes back in the form.
import { z } from 'zod';
import { noReset, resetPassword } from '../../actions/people/set-password.js';
import { escapeHtml } from './escape-html.js';
import { hashToken } from '../../lib/seal.js';
import { PlatformError } from '../../model/errors.js';
import { findReset } from '../../store/people/passwords.js';
import type { ApiDeps } from '../deps.js';
import { auditedPage } from '../middleware/audit.js';
import type { OpenContext, OpenRouter } from '../open-router.js';
import { readForm } from '../read-form.js';
import { noun } from '../schema/resource.js';
import { showPage, wrong } from './page.js';

export const RESET_PATH = '/account/password-reset';

const about = { name: 'password-page', about: 'The password page sets a password. An admin hands out its URL.', identity: [] };
const Page = noun(about, z.string());

export function mountPasswordPage(router: OpenRouter, deps: ApiDeps): void {
  const bytes = { gives: 'text/html' };
  router.get(RESET_PATH, { of: Page, title: 'Show', about: 'Shows the form, once.', bytes }, async (http) => {
    const secret = String(http.query['secret'] ?? '');
    const user = await findReset(deps.store, hashToken(secret));
    if (!user) return showRefusal(http, noReset());
    return showForm(http, { secret, email: user.email });
  });

  const sending = { of: Page, title: 'Send', about: 'Sets the password.', bytes: { ...bytes, takes: 'application/x-www-form-urlencoded' } };
  router.post(RESET_PATH, sending, async (http) => {
    const form = await readForm(http.req);
    const secret = String(form['secret'] ?? '');
    const user = await findReset(deps.store, hashToken(secret));
    if (!user) return showRefusal(http, noReset());
    const { email } = user;
    try {
      await auditedPage(http, user, () => resetPassword(deps, user, { secret, next: String(form['password'] ?? '') }));
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.id === 'invalid_params') return showForm(http, { secret, email, message: error.message });
      return showRefusal(http, error);
    }
    return showPage(http, {
      title: 'Password set',
      body: `<p>You sign in as ${escapeHtml(email)} with it: <code>paas login --interactive</code></p>
<p>Logins with the password before have ended. Tokens that were made otherwise go on: <code>paas authorizations</code></p>`,
    });
  });
}

function showForm(http: OpenContext, { secret, email, message = null }: { secret: string; email: string; message?: string | null }): void {
  const fields = `<input type="hidden" name="secret" value="${escapeHtml(secret)}">
<input type="hidden" name="username" autocomplete="username" value="${escapeHtml(email)}">
<label>New password for ${escapeHtml(email)}<input type="password" name="password" autocomplete="new-password" required autofocus></label>`;
  const body = `${wrong(message)}<form method="post" action="${RESET_PATH}">${fields}<button>Set password</button></form>`;
  showPage(http, { status: message === null ? 200 : 422, title: 'Set a password', body });
}

function showRefusal(http: OpenContext, error: PlatformError): void {
  showPage(http, { status: error.id === 'too_large' ? 413 : 404, title: 'Set a password', body: wrong(error.message) });
}
