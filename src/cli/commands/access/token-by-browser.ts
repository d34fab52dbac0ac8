// Logging in through a page in the browser, as `paas login --browser` does.
import { hostname } from 'node:os';
import { openApi, type Api } from '../../api/api.js';
import { CliError } from '../../api/errors.js';
import { readText } from '../../api/http.js';
import type { Cli } from '../../command.js';
import { openBrowser } from '../apps/open-browser.js';

const MOST_TRIES = 10;

interface Answer {
  access_token?: string;
  error?: string;
}

interface Asked {
  browser_url: string;
  cli_url: string;
  token: string;
}

/** Waits until it was allowed there. Where no browser opens, the URL may be opened on any machine. */
export async function tokenByBrowser(cli: Cli, { url, ca }: { url: string; ca: string | undefined }): Promise<string> {
  const api = openApi({ url, token: '', ca, onWarning: cli.terminal.warn });
  const asked = await api.post<Asked>('/auth', { description: `paas login from ${hostname()}` });
  const page = `${api.url}${asked.browser_url}`;
  cli.terminal.warn(`Log in at ${page}`);
  if (cli.stdin.isTTY) await openBrowser(page, cli.env).catch(() => undefined);
  const { access_token: token, error } = await answerTo(api, asked);
  if (!token) throw new CliError(error ?? `${url} gave no token.`);
  return token;
}

/** Waits again where the connection breaks: the platform may be restarted meanwhile, and still knows what was asked. */
async function answerTo(api: Api, asked: Asked, triesLeft = MOST_TRIES): Promise<Answer> {
  const answer = await api.stream(`${api.url}${asked.cli_url}`, { authorization: `Bearer ${asked.token}` });
  const text = await readText(answer).catch(() => '');
  if (text.trim() !== '') return JSON.parse(text) as Answer;
  if (triesLeft > 1) return answerTo(api, asked, triesLeft - 1);
  throw new CliError(`The connection to ${api.url} broke again and again while the browser was waited for. Log in again.`);
}
