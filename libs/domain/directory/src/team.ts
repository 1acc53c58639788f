import type { Decider } from '@cordboard/decider';
import { refusedId } from './id.ts';
import { nameOf } from './name.ts';

/** Agents of an account who are rung together. */
export interface Team {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly memberIds: readonly string[];
}

/** The team as it is wanted; whether its id is taken was read just before. */
export interface SaveTeam {
  readonly team: Team;
  readonly idIsTaken: boolean;
}
export interface TeamSaved {
  readonly type: 'saved';
  readonly team: Team;
}
export type TeamRefusal = 'INVALID_ID' | 'ID_TAKEN' | 'INVALID_NAME';

/** Who is rung together. A team may be empty: then nobody is available in it. */
export const teams: Decider<SaveTeam, TeamSaved, Team | null, TeamRefusal> = {
  initial: null,

  decide: (state, { team, idIsTaken }) => {
    const badId = state === null ? refusedId(team.id, idIsTaken) : null;
    if (badId) return badId;
    const named = nameOf('A team', team.name);
    if ('refused' in named) return named;
    const wanted = { ...team, ...named, memberIds: [...new Set(team.memberIds)] };
    const same = state !== null && state.name === wanted.name && sorted(state.memberIds) === sorted(wanted.memberIds);
    return same ? [] : [{ type: 'saved', team: wanted }];
  },

  evolve: (_, event) => event.team,
};

const sorted = (ids: readonly string[]): string => ids.toSorted().join(' ');
