// git:connect, git:disconnect, git:deploy, git:info.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApp } from '../../api/reach.js';
import type { BuildResource, GitConnectionResource } from '../../api/resources.js';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { timeAndAge } from '../../terminal/age.js';
import { during } from '../../terminal/progress.js';
import { askSecret, readPiped } from '../../terminal/prompt.js';
import { fields } from '../../terminal/table.js';
import { followBuild, TIMEOUT } from '../deploy/follow-build.js';

type ConnectOptions = AppOptions & {
  branch: string;
  auto?: boolean;
  waitForCi?: boolean;
  tokenStdin?: boolean;
  host?: string;
  api?: string;
};

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'git:connect <url>', 'connect an app to a branch of a repository at a git host')
    .option('-b, --branch <name>', 'the branch', 'main')
    .option('--auto', 'deploy each new commit of the branch by itself')
    .option('--wait-for-ci', "with --auto: once the host's own checks of a commit have passed")
    .option('--token-stdin', 'read a token that may read the repository from stdin')
    .option('--host <kind>', 'github, gitlab, gitea (Forgejo too), bitbucket or other, where its name does not tell')
    .option('--api <url>', 'its REST API, where that is not the usual one of its kind')
    .action((url: string, options: ConnectOptions) => connect(cli, url, options));
  addAppCommand(program, 'git:disconnect', 'forget the repository, and what opens it').action((options: AppOptions) =>
    disconnect(cli, options),
  );
  addAppCommand(program, 'git:deploy [ref]', 'build and release a branch, tag or commit of it; else the branch')
    .option(...TIMEOUT)
    .action((ref: string | undefined, options: AppOptions & { timeout: number }) => deploy(cli, ref, options));
  addAppCommand(program, 'git:info', 'show what an app is connected to').action((options: AppOptions) => info(cli, options));
}

async function connect(cli: Cli, url: string, options: ConnectOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const token = options.tokenStdin ? await readToken(cli) : undefined;
  const wish = {
    url,
    branch: options.branch,
    auto: options.auto ?? false,
    wait_for_ci: options.waitForCi ?? false,
    token,
    host: options.host,
    api_url: options.api,
  };
  const work = () => api.put<GitConnectionResource>(`${path}/git-connection`, wish);
  const made = await during(cli.terminal, `Connecting ${app} to ${options.branch}`, work);
  if (options.json) return cli.terminal.printJson(made);
  if (made.deploy_key) {
    const how =
      token === undefined
        ? 'Add this deploy key at its host, to read only:'
        : 'This deploy key is given to its host; where the token may not, add it there, to read only:';
    cli.terminal.print(how);
    cli.terminal.print(made.deploy_key.public_key);
  }
  const next = made.auto ? 'Each new commit is deployed by itself.' : `Deploy it with: paas git:deploy --app ${app}`;
  if (made.auto) {
    cli.terminal.print(`Until its host tells of pushes it is looked at every few minutes. Add a webhook there, for pushes, as JSON:`);
    fields({ URL: made.webhook.url, Secret: made.webhook.secret }, cli.terminal).forEach(cli.terminal.print);
  }
  cli.terminal.print(`${next} How it is coming on: paas git:info --app ${app}`);
}

async function readToken(cli: Cli): Promise<string> {
  const token = cli.stdin.isTTY ? await askSecret(cli, 'Token: ') : await readPiped(cli);
  if (token === '') throw new CliError('There is no token on stdin.');
  return token;
}

async function disconnect(cli: Cli, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.remove<GitConnectionResource>(`${path}/git-connection`);
  const gone = await during(cli.terminal, `Disconnecting ${app}`, work);
  if (options.json) cli.terminal.printJson(gone);
}

async function deploy(cli: Cli, ref: string | undefined, options: AppOptions & { timeout: number }): Promise<void> {
  const reached = await reachApp(cli, options);
  const build = await reached.api.post<BuildResource>(`${reached.path}/git-connection/builds`, ref === undefined ? {} : { ref });
  await followBuild(cli, reached, build, options);
}

async function info(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const c = await api.get<GitConnectionResource>(`${path}/git-connection`);
  if (options.json) return terminal.printJson(c);
  terminal.print(terminal.paint('bold', `=== ${app} Git connection`));
  const facts = {
    Repository: c.url,
    Branch: c.branch,
    Host: c.host,
    Deploys: c.auto ? `each new commit${c.wait_for_ci ? ', once its checks have passed' : ''}` : 'by hand: paas git:deploy',
    Credentials: c.has_credentials ? 'kept' : 'none',
    'Deploy key': c.deploy_key ? c.deploy_key.public_key : undefined,
    Added: c.deploy_key?.added_at ? `to its host, ${timeAndAge(c.deploy_key.added_at, cli.now())}` : undefined,
    'Host key': c.host_keys.length > 0 ? c.host_keys.join(', ') : undefined,
    Commit: c.commit?.slice(0, 8),
    'Waits for': c.waiting_for?.slice(0, 8),
    Looked: c.looked_at === null ? 'not yet' : timeAndAge(c.looked_at, cli.now()),
    Webhook: c.webhook.url,
    Heard: c.webhook.heard_at === null ? 'nothing yet' : timeAndAge(c.webhook.heard_at, cli.now()),
    Refused: refusedText(c.webhook, cli),
    By: c.user.email,
  };
  fields(facts, terminal).forEach(terminal.print);
  for (const failure of [c.failure, c.deploy_key?.failure ?? null, c.status_failure, c.deployment_failure])
    if (failure !== null) terminal.warn(failure);
}

function refusedText({ refused, refused_at: at, refusal }: GitConnectionResource['webhook'], cli: Cli): string | undefined {
  return at === null ? undefined : `${refused} of its webhooks, the last ${timeAndAge(at, cli.now())}: ${refusal}`;
}
