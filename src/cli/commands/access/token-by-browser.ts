// Logging in through a page in the browser, as `paas login --browser` does.
import { hostname } from 'node:os';
import { openApi } from '../../api/api.js';
import { CliError } from '../../api/errors.js';
import { readText } from '../../api/http.js';
import type { Cli } from '../../command.js';
import { openBrowser } from '../apps/open-browser.js';

interface Asked {
  browser_url: string;
  cli_url: string;
  token: string;
}

/** Waits until it was allowed there. Where no browser opens, the URL may be opened on any machine. */
export async function tokenByBrowser(cli: Cli, { url, ca }: { url: string; ca: string | undefined }): Promise<string> {
  const api = openApi({ url, token: '', ca, onWarning: cli.terminal.warn });
  const asked = await api.post<Asked>('/auth', { description: `paas login from ${hostname()}` });
  cli.terminal.warn(`Log in at ${asked.browser_url}`);
  if (cli.stdin.isTTY) await openBrowser(asked.browser_url, cli.env).catch(() => undefined);
  const answer = await api.stream(`${url}${asked.cli_url}`, { authorization: `Bearer ${asked.token}` });
  const { access_token: token, error } = JSON.parse(await readText(answer)) as { access_token?: string; error?: string };
  if (!token) throw new CliError(error ?? `${url} gave no token.`);
  return token;
}
