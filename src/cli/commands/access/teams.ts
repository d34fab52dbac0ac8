// teams, teams:create, teams:rename, teams:destroy; members, members:add, members:set, members:remove.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { table } from '../../terminal/table.js';

interface TeamResource {
  name: string;
  role: string | null;
}

interface MemberResource {
  email: string;
  role: string;
  two_factor_authentication: boolean;
}

type InTeam = JsonOption & { team: string };
type WithRole = InTeam & { role: string };

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'teams', 'list your teams').action((options: JsonOption) => listTeams(cli, options));
  addCommand(program, 'teams:create <name>', 'make a team, whose admin you are').action((name: string, options: JsonOption) =>
    doing(cli, options, `Creating the team ${name}`, () => reachApi(cli).post('/teams', { name })),
  );
  addCommand(program, 'teams:rename <name> <new-name>', 'give a team another name').action(
    (name: string, to: string, options: JsonOption) =>
      doing(cli, options, `Renaming the team ${name} to ${to}`, () => reachApi(cli).patch(pathOf(name), { name: to })),
  );
  addCommand(program, 'teams:destroy <name>', 'remove a team that owns no apps')
    .option('-c, --confirm <name>', 'its name again')
    .action((name: string, options: JsonOption & { confirm?: string }) => {
      if (options.confirm !== name) throw new CliError(`This would remove the team ${name}.\nTo do so, run again with --confirm ${name}`);
      return doing(cli, options, `Removing the team ${name}`, () => reachApi(cli).remove(pathOf(name)));
    });
  inTeam(program, 'members', 'list who belongs to a team').action((options: InTeam) => listMembers(cli, options));
  inTeam(program, 'members:add <email>', 'let a user belong to a team')
    .requiredOption('-r, --role <role>', 'admin, member, viewer or collaborator')
    .action((email: string, options: WithRole) =>
      doing(cli, options, `Adding ${email} to ${options.team} as ${options.role}`, () =>
        reachApi(cli).put(`${pathOf(options.team)}/members`, { email, role: options.role }),
      ),
    );
  inTeam(program, 'members:set <email>', 'say what a member is in a team')
    .requiredOption('-r, --role <role>', 'admin, member, viewer or collaborator')
    .action((email: string, options: WithRole) =>
      doing(cli, options, `Making ${email} ${options.role} of ${options.team}`, () =>
        reachApi(cli).patch(`${pathOf(options.team)}/members`, { email, role: options.role }),
      ),
    );
  inTeam(program, 'members:remove <email>', 'take a member off a team and its apps').action((email: string, options: InTeam) =>
    doing(cli, options, `Removing ${email} from ${options.team}`, () =>
      reachApi(cli).remove(`${pathOf(options.team)}/members/${encodeURIComponent(email)}`),
    ),
  );
}

function inTeam(program: Command, spec: string, summary: string): Command {
  return addCommand(program, spec, summary).requiredOption('-t, --team <name>', 'the team');
}

async function doing(cli: Cli, options: JsonOption, what: string, work: () => Promise<unknown>): Promise<void> {
  const made = await during(cli.terminal, what, work);
  if (options.json) cli.terminal.printJson(made);
}

async function listTeams(cli: Cli, options: JsonOption): Promise<void> {
  const teams = await reachApi(cli).get<TeamResource[]>('/teams');
  if (options.json) return cli.terminal.printJson(teams);
  if (teams.length === 0) return cli.terminal.print('You belong to no team. Make one: paas teams:create NAME');
  const rows = teams.map(({ name, role }) => [name, role ?? '']);
  table(['Team', 'Role'], rows, cli.terminal).forEach(cli.terminal.print);
}

async function listMembers(cli: Cli, options: InTeam): Promise<void> {
  const members = await reachApi(cli).get<MemberResource[]>(`${pathOf(options.team)}/members`);
  if (options.json) return cli.terminal.printJson(members);
  const rows = members.map(({ email, role, two_factor_authentication: isTwo }) => [email, role, isTwo ? 'two-factor' : '']);
  table(['Email', 'Role', ''], rows, cli.terminal).forEach(cli.terminal.print);
}

function pathOf(team: string): string {
  return `/teams/${encodeURIComponent(team)}`;
}
