import { refuse, type Refusal } from '@cordboard/decider';

/** Whether a new thing can have this id. `taken` is a fact: ids are unique in the whole installation. */
export function refusedId(id: string, taken: boolean): Refusal<'INVALID_ID' | 'ID_TAKEN'> | null {
  if (!/^[\w-]{1,128}$/.test(id))
    return refuse('INVALID_ID', 'An id has 1 to 128 letters, digits, "_" and "-".', 'Choose another id, or leave it out.');
  return taken ? refuse('ID_TAKEN', `The id ${id} is taken.`, 'Choose another id, or leave it out.') : null;
}
