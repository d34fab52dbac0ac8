// The router's own answers: small plain pages in Heroku's manner.
import type { HCode } from '../model/error-codes.js';

export interface Page {
  title: string;
  /** What happened and what to do, as paragraphs of HTML. */
  lines: string[];
  retryAfterS?: number;
}

const FOR_THE_OWNER = 'If you are the application owner, check your logs for details. You can do this from the paas CLI with the command <code>paas logs --tail</code>.';

const APPLICATION_ERROR: Page = {
  title: 'Application error',
  lines: ['An error occurred in the application and your page could not be served.', FOR_THE_OWNER],
};

const PAGES: Partial<Record<HCode, Page>> = {
  H80: { title: 'Offline for Maintenance', lines: ['This application is undergoing maintenance right now.', 'Please check back later.'], retryAfterS: 60 },
  H81: { title: 'Welcome to your new app!', lines: ['There is nothing here yet.', 'Deploy it with <code>git push paas main</code>.'] },
};

/** Answers that pass by themselves within seconds. */
const RETRY_AFTER_S: Partial<Record<HCode, number>> = { H11: 1, H19: 5, H20: 10, H21: 5, H99: 5 };

/** The page of a code. */
export function pageOf(code: HCode): Page {
  const retryAfterS = RETRY_AFTER_S[code];
  return PAGES[code] ?? { ...APPLICATION_ERROR, ...(retryAfterS && { retryAfterS }) };
}

export const NO_SUCH_APP: Page = {
  title: 'No such app',
  lines: ['There is no app at this address.', 'If you are the application owner, check its name and URL with the command <code>paas apps</code>.'],
};

/** The page of a request that was refused; `message` is plain text. */
export function refusalPage(message: string): Page {
  return { title: 'Bad request', lines: [escapeHtml(message)] };
}

/** Headers and body of a page. */
export function renderPage(page: Page): { headers: string[]; body: string } {
  const body = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>body{font-family:sans-serif;color:#333;max-width:36em;margin:15vh auto;padding:0 1em;line-height:1.5}</style>
</head>
<body>
<h1>${page.title}</h1>
${page.lines.map((line) => `<p>${line}</p>`).join('\n')}
</body>
</html>
`;
  const headers = ['Content-Type', 'text/html; charset=utf-8', 'Content-Length', String(Buffer.byteLength(body)), 'Cache-Control', 'no-cache, no-store'];
  if (page.retryAfterS) headers.push('Retry-After', String(page.retryAfterS));
  return { headers, body };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
