// login, logout, whoami.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openApi } from '../api/api.js';
import { addCommand, type Cli, type JsonOption } from '../command.js';
import { credentialsPath, readCredentials, saveCredentials, withLogin, withoutLogin, type Credentials } from '../api/credentials.js';
import { CliError } from '../api/errors.js';
import { forgetCredentialHelper, letGitIn } from '../git/git.js';
import { during } from '../terminal/progress.js';
import { askSecret, readPiped } from '../terminal/prompt.js';
import { reachApi, readCa } from '../api/reach.js';
import type { Account } from '../api/resources.js';
import { apiUrl, findLogin, isExposed, settle } from '../api/settings.js';

interface LoginOptions extends JsonOption {
  admin?: boolean;
  tokenStdin?: boolean;
  interactive?: boolean;
  browser?: boolean;
  email?: string;
  code?: string;
  ca?: string;
}

const ROOTS_HOME = '/var/lib/slipway';

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'login [url]', 'log in to the API at a URL with a token, and let git push with it')
    .option('--admin', "on the platform's own machine: log in as its admin")
    .option('-b, --browser', 'log in through a page in your browser, for a token that is good for 30 days')
    .option('-i, --interactive', 'log in with address and password, for a token that is good for 30 days')
    .option('--email <address>', 'the same with this address; the password is asked for, or piped')
    .option('--code <code>', 'the two-factor code, instead of being asked for it')
    .option('--token-stdin', 'read the token from standard input')
    .option('--ca <file>', 'trust the private CA in this file (PEM)')
    .action((url: string | undefined, options: LoginOptions) => login(cli, url, options));
  addCommand(program, 'logout', 'forget the token of the API in use').action((options: JsonOption) => logout(cli, options));
  addCommand(program, 'whoami', 'show who is logged in').action((options: JsonOption) => whoami(cli, options));
}

async function login(cli: Cli, given: string | undefined, options: LoginOptions): Promise<void> {
  const path = credentialsPath(cli.env);
  const credentials = readCredentials(path);
  const home = options.admin ? readHome(cli.env) : null;
  const url = chooseUrl(cli.env, { given, credentials, home });
  const ca = caFile(cli, options) ?? home?.ca ?? findLogin(credentials, url)?.ca;
  const token = home?.token ?? (await chooseToken(cli, { url, ca }, options));
  const api = openApi({ url, token, ca: readCa(ca), onWarning: cli.terminal.warn });
  const account = await api.get<Account>('/account');
  saveCredentials(path, withLogin(credentials, url, { token, email: account.email, ...(ca ? { ca } : {}) }));
  await letGitIn(cli, url, ca);
  warnOfEnvironment(cli, url, ca);
  if (options.json) cli.terminal.printJson(account);
  else cli.terminal.print(`Logged in as ${account.email}`);
}

async function chooseToken(cli: Cli, { url, ca }: { url: string; ca: string | undefined }, options: LoginOptions): Promise<string> {
  if (options.browser) {
    const { tokenByBrowser } = await import('./access/token-by-browser.js');
    return tokenByBrowser(cli, { url, ca: readCa(ca) });
  }
  if (!options.interactive && !options.email) return readToken(cli, url, options);
  const { tokenByPassword } = await import('./access/token-by-password.js');
  return tokenByPassword(cli, { url, ca: readCa(ca), email: options.email, code: options.code });
}

function chooseUrl(env: NodeJS.ProcessEnv, o: { given: string | undefined; credentials: Credentials; home: Home | null }): string {
  if (o.given) return apiUrl(o.given);
  if (o.home?.apiUrl && !env['PAAS_API_URL']) return apiUrl(o.home.apiUrl);
  return settle(env, o.credentials).url;
}

function warnOfEnvironment({ env, terminal }: Cli, url: string, ca: string | undefined): void {
  if (env['PAAS_API_KEY']) terminal.warn('PAAS_API_KEY is set, and goes before this login.');
  if (isExposed(url)) terminal.warn(`The token travels unencrypted to ${url}. Better: paas login https://${new URL(url).host} --ca FILE`);
  if (ca && url.startsWith('https:') && env['GIT_SSL_CAINFO']) terminal.warn(`GIT_SSL_CAINFO is set, and keeps git from trusting ${ca}.`);
}

async function readToken(cli: Cli, url: string, options: LoginOptions): Promise<string> {
  const asks = cli.stdin.isTTY && !options.tokenStdin;
  const token = asks ? await askSecret(cli, `Token for ${url}: `) : await readPiped(cli);
  if (!token) throw new CliError('No token given.\nType it, or pipe it in: paas login --token-stdin < token-file');
  if (!/^[\x21-\x7e]+$/.test(token)) throw new CliError('That is not a token: expected one word.');
  return token;
}

function caFile(cli: Cli, options: LoginOptions): string | undefined {
  const file = options.ca ?? cli.env['PAAS_CA'];
  return file ? resolve(cli.cwd, file) : undefined;
}

interface Home {
  token: string;
  /** Where the platform of this home answers, while it runs. */
  apiUrl: string | undefined;
  ca: string | undefined;
}

/** What the platform on this machine left for its admin. Throws CliError naming the file that is missing. */
function readHome(env: NodeJS.ProcessEnv): Home {
  const home = env['SLIPWAY_HOME'] || (process.getuid?.() === 0 ? ROOTS_HOME : join(homedir(), '.local/share/slipway'));
  const tokenFile = join(home, 'admin.token');
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new CliError(`Can't read ${tokenFile}: ${whyNoToken((error as NodeJS.ErrnoException).code, home)}`);
  }
  const ca = join(home, 'ca.pem');
  return { token, apiUrl: readReady(join(home, 'ready.json')), ca: existsSync(ca) ? ca : undefined };
}

function whyNoToken(code: string | undefined, home: string): string {
  if (code === 'EACCES') return 'only its owner may.\nAsk them for a token (paas users:add EMAIL makes one), then: paas login URL';
  if (code !== 'ENOENT') return `${code}.`;
  const remedy = 'there is no such file.\nStart the platform here with npm start, or name its directory in SLIPWAY_HOME.';
  const isRootsUp = home !== ROOTS_HOME && existsSync(join(ROOTS_HOME, 'ready.json'));
  return isRootsUp ? `${remedy}\nOne runs on ${ROOTS_HOME}: SLIPWAY_HOME=${ROOTS_HOME} paas login --admin, as root.` : remedy;
}

function readReady(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const ready = JSON.parse(readFileSync(file, 'utf8')) as { api_url?: string };
  return ready.api_url;
}

async function logout(cli: Cli, options: JsonOption): Promise<void> {
  const path = credentialsPath(cli.env);
  const credentials = readCredentials(path);
  const { url } = settle(cli.env, credentials);
  await during(cli.terminal, 'Logging out', async () => {
    saveCredentials(path, withoutLogin(credentials, url));
    await forgetCredentialHelper(cli, url);
  });
  if (options.json) cli.terminal.printJson({ url });
}

async function whoami(cli: Cli, options: JsonOption): Promise<void> {
  if (cli.env['PAAS_API_KEY']) cli.terminal.warn('PAAS_API_KEY is set');
  const account = await reachApi(cli).get<Account>('/account');
  if (options.json) cli.terminal.printJson(account);
  else cli.terminal.print(account.email);
}
