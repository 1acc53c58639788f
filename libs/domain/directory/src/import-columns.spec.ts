import { columnsOf, nameIn, numbersIn, reportOf, type ChosenColumns, type ImportColumns } from './index.ts';

function columns(header: readonly string[], chosen: ChosenColumns | null = null): ImportColumns {
  const found = columnsOf(header, chosen);
  if ('refused' in found) throw new Error(found.message);
  return found;
}
/** The name that a row has under these titles. */
const named = (row: Readonly<Record<string, string>>): string =>
  nameIn([...Object.values(row), ''], columns([...Object.keys(row), 'phone']));

describe('the first row of an imported file', () => {
  it.each([
    ['name, number', 'name | number'],
    ['Company, PHONE NUMBER, Name', 'Company, Name | PHONE NUMBER'],
    ['NUMERO, nom', 'nom | NUMERO'],
    ['Téléphone, Nom, Notes', 'Nom | Téléphone'],
    ['Nom, N° de téléphone', 'Nom | N° de téléphone'],
    ['phone_number,  Name ', 'Name | phone_number'],
    ['Contact, Mobile, Phone', 'Contact | Mobile, Phone'],
    ['Nom, Prénom, Tél.', 'Nom, Prénom | Tél.'],
    ['Vorname, Name, Telefon (geschäftlich), Mobiltelefon, Fax geschäftlich', 'Vorname, Name | Telefon (geschäftlich), Mobiltelefon'],
    ['Nachname, Vorname, Handy-Nr., Durchwahl', 'Nachname, Vorname | Handy-Nr.'],
    ['Nombre, Apellidos, Teléfono móvil, Correo', 'Nombre, Apellidos | Teléfono móvil'],
    ['Nome, Cognome, Cellulare, Telefono casa', 'Nome, Cognome | Cellulare, Telefono casa'],
    [
      'Voornaam, Tussenvoegsel, Achternaam, Mobiel nummer, Telefoonnummer',
      'Voornaam, Tussenvoegsel, Achternaam | Mobiel nummer, Telefoonnummer',
    ],
    ['Nome, Sobrenome, Celular, Telemóvel', 'Nome, Sobrenome | Celular, Telemóvel'],
    [
      'First Name, Last Name, Company, Mobile, Mobile 2, Home, Business, Other, Business Fax, Pager',
      'First Name, Last Name, Company | Mobile, Mobile 2, Home, Business, Other',
    ],
    [
      'LastName, FirstName, MobilePhone, HomePhone, Fax, DoNotCall, AccountName',
      'LastName, FirstName, AccountName | MobilePhone, HomePhone',
    ],
    ['Phonetic First Name, First Name, Phone 1 - Label, Phone 1 - Value, E-mail 1 - Value', 'First Name | Phone 1 - Value'],
    ['displayname, phone_1_number, phone_1_type, phone_1_extension, phone_1_flags', 'displayname | phone_1_number'],
    ["Name, Assistant's Phone, Mobile Phone, Business Fax, TTY/TDD Phone, ISDN, Telex", 'Name | Mobile Phone'],
    [
      'Nom, Tél. mobile, Téléphone de l’assistant(e), Télécopie (bureau), Téléphone (bureau), Récepteur de radiomessagerie',
      'Nom | Tél. mobile, Téléphone (bureau)',
    ],
    ['Name, Phone Number Country Code, Calculated Phone Number, Record ID, Number of Sessions', 'Name | Calculated Phone Number'],
  ])('S23 %s tells where names and numbers are', (header, found) => {
    const { name, number } = reportOf(columns(header.split(', ')));
    expect(`${name.join(', ')} | ${number.join(', ')}`.trim()).toBe(found.replace('  ', ' '));
  });

  it('S23 tells which columns are passed over', () => {
    expect(reportOf(columns(['Nom', '', 'Email', 'Fax', 'Mobile'])).ignored).toEqual(['Email', 'Fax']);
  });

  it.each([
    [['name'], 'The first row names no column for the phone number. It has "name".'],
    [['phone', 'city'], 'The first row names no column for the name. It has "phone", "city".'],
    [['Bob', '+33612345678'], 'The first row names no column for the name and none for the phone number. It has "Bob", "+33612345678".'],
    [[''], 'The file is empty.'],
    [['BEGIN:VCARD'], 'The file is a vCard.'],
  ])('S23 %j is refused with what is expected', (header, message) => {
    expect(columnsOf(header)).toEqual({ refused: 'INVALID_CSV', message, remedy: expect.stringContaining('"name" or "nom"') });
  });
});

describe('columns that are chosen by hand', () => {
  const HEADER = ['Rubrique A', 'Rubrique B', 'Prénom', 'Mobile'];
  const row = ['Durand', '0612345678', 'Zoé', '0187000001'];

  it.each<[ChosenColumns, string, readonly string[]]>([
    [{ name: ['Prénom', 'rubrique a'], number: ['RUBRIQUE B'] }, 'Zoé Durand', ['0612345678']],
    [{ name: ['1'], number: ['4', '2'] }, 'Durand', ['0187000001', '0612345678']],
    [{ name: ['Rubrique A'], number: null }, 'Durand', ['0187000001']],
    [{ name: null, number: ['Rubrique B'] }, 'Zoé', ['0612345678']],
    [{ name: [], number: [] }, 'Zoé', ['0187000001']],
  ])('S23 %j', (chosen, name, numbers) => {
    const found = columns(HEADER, chosen);
    expect([nameIn(row, found), numbersIn(row, found)]).toEqual([name, numbers]);
  });

  it('S23 must be there', () => {
    expect(columnsOf(HEADER, { name: ['Colour'], number: ['9'] })).toEqual({
      refused: 'INVALID_CSV',
      message: 'The first row has no column "Colour", "9".',
      remedy: 'It has "Rubrique A", "Rubrique B", "Prénom", "Mobile".',
    });
  });
});

it.each<[string, Readonly<Record<string, string>>]>([
  ['Zoé Durand', { 'First Name': 'Zoé', 'Last Name': 'Durand', Company: 'Acme' }],
  [
    'Dr. Zoé Marie Durand Jr.',
    { 'Name Prefix': 'Dr.', 'First Name': 'Zoé', 'Middle Name': 'Marie', 'Last Name': 'Durand', 'Name Suffix': 'Jr.' },
  ],
  ['Zoé', { 'First Name': 'Zoé', 'Last Name': '', Company: 'Acme' }],
  ['Acme', { 'First Name': '', 'Last Name': '', Company: 'Acme' }],
  ['Zo', { 'First Name': '', Nickname: 'Zo', 'Organization Name': 'Acme' }],
  ['Zoé Durand', { Nom: 'Durand', Prénom: 'Zoé' }],
  ['Zoé Durand', { Nom: 'Zoé Durand', Prénom: 'Zoé' }],
  ['Durand', { Nom: 'Durand', Prénom: '' }],
  ['Zoé', { Nom: '', Prénom: 'Zoé' }],
  ['Zoé Durand', { Vorname: 'Zoé', Name: 'Durand' }],
  ['Zoé García López', { Nombre: 'Zoé', 'Primer apellido': 'García', 'Segundo apellido': 'López' }],
  ['Zoé Rossi', { Nome: 'Zoé', Cognome: 'Rossi' }],
  ['Zoé van der Berg', { Voornaam: 'Zoé', Tussenvoegsel: 'van der', Achternaam: 'Berg' }],
  ['Zoé D.', { Name: 'Zoé D.', 'Given Name': 'Zoé', 'Family Name': 'Durand' }],
  ['Zoé at work', { displayname: 'Zoé at work', fname: 'Zoé', lname: 'Durand' }],
  ['Zoé Durand', { displayname: ' ', fname: 'Zoé', lname: 'Durand' }],
  ['', { name: ' ' }],
])('S23 the name is %j in %j', (name, row) => {
  expect(named(row)).toBe(name);
});

it('S23 all columns of phone numbers are considered in their order, but for faxes', () => {
  const found = columns(['Name', 'Phone 1 - Label', 'Phone 1 - Value', 'Phone 2 - Label', 'Phone 2 - Value', 'Mobile']);
  expect(numbersIn(['Zoé', 'Work Fax', '01', 'Home', '02', '06'], found)).toEqual(['02', '06']);
  expect(numbersIn(['Zoé', '', ' ', '', '02'], found)).toEqual(['02']);
});
