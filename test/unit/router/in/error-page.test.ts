import { describe, expect, it } from 'vitest';
import { H_CODES, hRow, type HCode } from '../../../../src/model/error-codes.js';
import { noSuchAppPage, pageOf, refusalPage, renderPage } from '../../../../src/router/in/error-page.js';

const CODES = Object.keys(H_CODES) as HCode[];
const ID = '60fbbe6e-0ea5-4013-ab6a-9d6851fe1c95';
const textOf = (html: string) =>
  html
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('pages', () => {
  it.each(CODES)('of %s say the code, its words and the request id', (code) => {
    const { headers, body } = renderPage(pageOf(code, hRow(code).desc, ID));
    expect(body).toMatch(/^<!DOCTYPE html>\n<html lang="en">[^]*<title>[^<]+<\/title>[^]*<main[^]*<h1>[^<]+<\/h1>[^]*<\/html>\n$/);
    expect(textOf(body)).toContain(` ${code} ${hRow(code).desc} `);
    expect(textOf(body)).toContain(` ${ID} `);
    expect(headers).toContain(String(Buffer.byteLength(body)));
  });

  it.each(CODES)('of %s are small, need nothing else, and know the dark', (code) => {
    const { body } = renderPage(pageOf(code, hRow(code).desc, ID));
    expect(Buffer.byteLength(body)).toBeLessThan(2_500);
    expect(body).not.toMatch(/https?:|src=|href=|url\(|@import|<script/);
    expect(body).toContain('prefers-color-scheme:dark');
    expect(body).toContain('name="viewport"');
  });

  const titles: [HCode, string][] = [
    ['H10', 'Application error'],
    ['H12', 'Application error'],
    ['H14', 'Application error'],
    ['H80', 'Offline for Maintenance'],
    ['H81', 'Welcome to your new app!'],
  ];
  it.each(titles)('of %s: %s', (code, title) => {
    expect(renderPage(pageOf(code, 'x', ID)).body).toContain(`<h1>${title}</h1>`);
  });

  it('of maintenance is no error, and says when to look again', () => {
    const { headers, body } = renderPage(pageOf('H80', 'Maintenance mode', ID));
    expect(textOf(body)).toContain('maintenance right now. Please check back');
    expect(textOf(body).toLowerCase()).not.toContain('error');
    expect(headers).toContain('Retry-After');
  });

  it('show what a request sent as text', () => {
    const evil = '<script>"x"</script>';
    for (const page of [refusalPage(400, evil), refusalPage(400, 'x', [evil, evil]), noSuchAppPage(evil), pageOf('H12', evil, evil)]) {
      expect(renderPage(page).body).not.toContain('<script>');
    }
    expect(textOf(renderPage(noSuchAppPage('a&b.localhost')).body)).toContain('a&#38;b.localhost');
  });

  it('of what is refused are named after the status', () => {
    expect(renderPage(refusalPage(505, 'No.')).body).toContain('<h1>HTTP Version Not Supported</h1>');
    expect(textOf(renderPage(refusalPage(400, 'No.', ['H26 Request Error', ID])).body)).toMatch(
      /Bad Request No\. Code H26 Request Error Request ID 60fbbe6e/,
    );
    expect(renderPage(refusalPage(400, 'No.')).body).not.toContain('<dl>');
  });

  it.each<[HCode, string, boolean]>([
    ['H12', 'Application error', false],
    ['H80', 'Offline for Maintenance', true],
  ])('of an app itself are a frame with the title of %s, and nothing of ours', (code, title, isPassing) => {
    const { headers, body } = renderPage(pageOf(code, 'x', ID, 'https://pages.example.com/a?b=1&c="><script>'));
    expect(body).toContain(`<title>${title}</title>`);
    expect(body).toContain('<iframe src="https://pages.example.com/a?b=1&#38;c=&#34;&#62;&#60;script&#62;"');
    expect(body).not.toMatch(/<h1|<script/);
    expect(headers).toContain(String(Buffer.byteLength(body)));
    expect(headers.includes('Retry-After')).toBe(isPassing);
  });
});
