// The router's own answers: small pages that need nothing from anywhere else, since whatever else there is may be down.
import { STATUS_CODES } from 'node:http';
import type { HCode } from '../../model/error-codes.js';

export interface Page {
  title: string;
  /** What happened and what to do, as paragraphs of HTML. */
  lines: string[];
  mood: 'error' | 'pause' | 'welcome';
  /** What helps to find the request again, as names and plain text. */
  facts: [name: string, value: string][];
  retryAfterS?: number | undefined;
  /** A URL that is shown in place of all this. */
  frame?: string | undefined;
}

const FOR_THE_OWNER =
  'If you are the application owner, check your logs for details. ' +
  'You can do this from the paas CLI with the command <code>paas logs --tail</code>.';

const APPLICATION_ERROR: Omit<Page, 'facts'> = {
  title: 'Application error',
  lines: ['An error occurred in the application and your page could not be served.', FOR_THE_OWNER],
  mood: 'error',
};

const PAGES: Partial<Record<HCode, Omit<Page, 'facts'>>> = {
  H80: {
    title: 'Offline for Maintenance',
    lines: [
      'This application is undergoing maintenance right now. Please check back in a few minutes.',
      'If you are the application owner, end it with the command <code>paas maintenance:off</code>.',
    ],
    mood: 'pause',
    retryAfterS: 60,
  },
  H81: {
    title: 'Welcome to your new app!',
    lines: ['There is nothing here yet.', 'Deploy it with <code>git push paas main</code>.'],
    mood: 'welcome',
  },
};

/** Answers that pass by themselves within seconds. */
const RETRY_AFTER_S: Partial<Record<HCode, number>> = { H11: 1, H19: 5, H20: 10, H21: 5, H99: 5 };

/** The page of a code; `desc` and `requestId` are those of the line in the log, `frame` is the URL of the app's own page. */
export function pageOf(code: HCode, desc: string, requestId: string, frame?: string): Page {
  const facts = factsOf(`${code} ${desc}`, requestId);
  return { retryAfterS: RETRY_AFTER_S[code], ...(PAGES[code] ?? APPLICATION_ERROR), facts, frame };
}

export function noSuchAppPage(host: string): Page {
  return {
    title: 'No such app',
    lines: [
      'There is no app at this address.',
      'If you are the application owner, check its name and URL with the command <code>paas apps</code>.',
    ],
    mood: 'error',
    facts: [['Address', host]],
  };
}

/** The page of a request that was refused; `message` is plain text, `line` what the log says of it. */
export function refusalPage(status: number, message: string, line?: [code: string, requestId: string]): Page {
  return { title: STATUS_CODES[status] ?? 'Bad Request', lines: [escapeHtml(message)], mood: 'error', facts: line ? factsOf(...line) : [] };
}

/** Headers and body of a page. */
export function renderPage(page: Page): { headers: string[]; body: string } {
  const body = page.frame === undefined ? whole(page) : framed(page.title, page.frame);
  const length = String(Buffer.byteLength(body));
  const headers = ['Content-Type', 'text/html; charset=utf-8', 'Content-Length', length, 'Cache-Control', 'no-cache, no-store'];
  if (page.retryAfterS) headers.push('Retry-After', String(page.retryAfterS));
  return { headers, body };
}

/** As Heroku embeds an app's own page: its browser gets it, whether or not the app runs. */
function framed(title: string, url: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>html,body,iframe{margin:0;padding:0;width:100%;height:100%;border:0;display:block}body{overflow:hidden}</style>
</head>
<body>
<iframe src="${escapeHtml(url)}" title="${title}"></iframe>
</body>
</html>
`;
}

function whole({ title, lines, mood, facts }: Page): string {
  const rows = facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${mood}">
<h1>${title}</h1>
${lines.map((line) => `<p>${line}</p>`).join('\n')}${rows.length > 0 ? `\n<dl>\n${rows.join('\n')}\n</dl>` : ''}
</main>
</body>
</html>
`;
}

const STYLE = [
  ':root{color-scheme:light dark;--back:#f4f5f8;--card:#fff;--text:#1d222c;--soft:#586070;--line:#dfe3ea;',
  '--error:#c0362c;--pause:#b26a00;--welcome:#1f6feb}',
  '@media(prefers-color-scheme:dark){:root{--back:#13151a;--card:#1c1f26;--text:#e8eaf0;--soft:#a3abba;--line:#333945;',
  '--error:#ff7a6b;--pause:#f0b04f;--welcome:#79b0ff}}',
  'body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--back);color:var(--text);',
  'font:1rem/1.55 system-ui,sans-serif}',
  'main{box-sizing:border-box;width:min(36rem,100% - 2rem);padding:2rem;background:var(--card);',
  'border:1px solid var(--line);border-top:4px solid;border-radius:8px}',
  '.error{border-top-color:var(--error)}.pause{border-top-color:var(--pause)}.welcome{border-top-color:var(--welcome)}',
  'h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}p{margin:0 0 .75rem}',
  'code,dd{font-family:ui-monospace,monospace;font-size:.875em}code{padding:.1em .3em;background:var(--back);border-radius:4px}',
  'dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;padding-top:1rem;',
  'border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}',
  'dd{margin:0;overflow-wrap:anywhere}',
].join('\n');

function factsOf(code: string, requestId: string): Page['facts'] {
  return [
    ['Code', code],
    ['Request ID', requestId],
  ];
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
