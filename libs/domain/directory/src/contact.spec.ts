import { given } from '@cordboard/decider';
import { contacts, isAvailableTo, LONGEST_NAME, type Contact, type ContactCommand } from './index.ts';

const bob: Contact = { id: 'c1', account: 'demo', name: 'Bob (direct)', e164: '+33187000003', numberId: 'bob' };
const save = (contact: Partial<Contact> = {}, numberIsValid = true): ContactCommand => ({
  type: 'save',
  contact: { ...bob, ...contact },
  numberIsValid,
});

describe('a contact', () => {
  it('S23 is created from a name and a Number of the account', () => {
    given(contacts)().when(save()).then({ type: 'saved', contact: bob });
  });

  it('S23 is created from a name and a number that is not ours', () => {
    const clinic = { name: 'Clinic', e164: '+33612345678', numberId: null };
    given(contacts)()
      .when(save(clinic))
      .then({ type: 'saved', contact: { ...bob, ...clinic } });
  });

  it('S23 keeps its name without the blanks around it', () => {
    given(contacts)()
      .when(save({ name: '  Zoé ' }))
      .then({ type: 'saved', contact: { ...bob, name: 'Zoé' } });
  });

  it.each([{ name: '' }, { name: ' \t' }, { name: 'a\u0000b' }, { name: 'x'.repeat(LONGEST_NAME + 1) }])(
    'S23 is not created from the name $name',
    ({ name }) => {
      given(contacts)().when(save({ name })).thenRefused('INVALID_NAME');
    },
  );

  it('S23 is not created from a number that cannot exist', () => {
    given(contacts)()
      .when(save({ e164: '+33000000000', numberId: null }, false))
      .thenRefused('INVALID_NUMBER');
  });

  it('is what it was last saved as', () => {
    expect(given(contacts)(save(), save({ name: 'Robert' })).state).toEqual({ ...bob, name: 'Robert' });
  });

  it('is deleted once', () => {
    given(contacts)(save()).when({ type: 'delete' }).then({ type: 'deleted', id: 'c1' });
    given(contacts)(save(), { type: 'delete' }).when({ type: 'delete' }).thenNothing();
  });

  it('S24 is available to every agent of its account and to no other', () => {
    expect(isAvailableTo(bob, { account: 'demo' })).toBe(true);
    expect(isAvailableTo(bob, { account: 'other' })).toBe(false);
  });
});
