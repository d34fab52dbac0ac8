// Teams, who belongs to them, and who else works on an app.
import { PlatformError } from '../errors.js';
import type { Permission, TeamRole } from './access.js';

/** Owns apps as a user does, and is one that nobody signs in as. */
export interface Team {
  id: string;
  name: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface TeamMember {
  id: string;
  teamId: string;
  userId: string;
  role: TeamRole;
  createdAt: Date;
  updatedAt: Date;
}

/** A user who may do something with an app that isn't theirs. */
export interface Collaborator {
  id: string;
  appId: string;
  userId: string;
  permissions: Permission[];
  createdAt: Date;
  updatedAt: Date;
}

/** An app that waits for the one it is offered to. */
export interface AppTransfer {
  id: string;
  appId: string;
  ownerId: string;
  recipientId: string;
  /** Who offers it: the owner, or whoever may give it away for them. */
  byId: string;
  state: 'pending' | 'accepted' | 'declined';
  createdAt: Date;
  updatedAt: Date;
}

/** By it clients of Heroku know that an app's owner is a team. */
const TEAM_HOST = '@herokumanager.com';

/** The address of a team as an owner. */
export function addressOfTeam(name: string): string {
  return name + TEAM_HOST;
}

/** The name of the team that an owner's address is of; null where it is a person's. */
export function teamOfAddress(email: string): string | null {
  return email.endsWith(TEAM_HOST) ? email.slice(0, -TEAM_HOST.length) : null;
}

const NAME = /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/;
/** Parts of paths where a team's name could stand. */
const RESERVED = new Set(['apps', 'permissions', 'invitations']);

/** Throws `invalid_params` for a name that no team can have: the rule of apps. */
export function checkTeamName(name: string): void {
  if (!NAME.test(name))
    throw new PlatformError(
      'invalid_params',
      `Name ${JSON.stringify(name)} must start with a letter, end with a letter or digit and can only contain ` +
        `lowercase letters, digits, and dashes (3 to 30 characters).`,
    );
  if (RESERVED.has(name)) throw new PlatformError('invalid_params', `Name ${name} is reserved; choose another.`);
}
