// Our few pages for browsers: plain HTML, no script, nothing from elsewhere, in no frame, kept nowhere.
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { escapeHtml } from './escape-html.js';

const STYLE = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}
label{display:block;margin:1rem 0}input{font:inherit;display:block;width:100%;box-sizing:border-box;padding:.4rem}
button{font:inherit;padding:.4rem 1rem;margin-right:.5rem}.wrong{border-left:.3rem solid #c00;padding-left:.7rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const policy = (formTo: string) =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self'${formTo && ` ${formTo}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

interface Page {
  status?: number;
  title: string;
  /** HTML, whose texts are escaped already. */
  body: string;
  /** Where else sending the form may lead to. */
  formTo?: string;
}

/** Answers with a page. */
export function showPage(http: Context, { status = 200, title, body, formTo = '' }: Page): void {
  http.status = status;
  http.set(HEADERS);
  http.set('Content-Security-Policy', policy(formTo));
  http.type = 'text/html; charset=utf-8';
  http.body = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · Slipway</title>
<style>${STYLE}</style>
<h1>${escapeHtml(title)}</h1>
${body}
</html>
`;
}

/** What was wrong, to be shown above a form; nothing where nothing was. */
export function wrong(message: string | null): string {
  return message === null ? '' : `<p class="wrong" role="alert">${escapeHtml(message)}</p>`;
}
