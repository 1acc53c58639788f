import { RunningDirectory } from '../directory.running.ts';

let directory: RunningDirectory;
beforeAll(async () => void (directory = await RunningDirectory.start()));
afterAll(() => directory?.stop());

const RESULT = `__typename ... on ContactImport { created updated unchanged dryRun rejected { line reason text } columns { name number ignored }
  firstRows { line name number } } ... on Refused { code message remedy }`;
interface Imported {
  readonly created: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string; readonly text: string }[];
  readonly columns: { readonly name: readonly string[]; readonly number: readonly string[]; readonly ignored: readonly string[] };
  readonly firstRows: readonly { readonly line: number; readonly name: string; readonly number: string }[];
}
const imported = async (csv: string, args: { dryRun?: boolean; columns?: object } = {}): Promise<Imported> =>
  (
    (await directory.data(
      `mutation($csv: String!, $dryRun: Boolean! = false, $columns: ContactColumnsInput) { importContacts(csv: $csv, dryRun: $dryRun, columns: $columns) { ${RESULT} } }`,
      undefined,
      { csv, ...args },
    )) as { importContacts: Imported }
  ).importContacts;
const numbersFound = async (search: string): Promise<readonly string[]> =>
  (
    (await directory.data('query($search: String) { contacts(search: $search) { edges { node { number } } } }', undefined, { search })) as {
      contacts: { edges: { node: { number: string } }[] };
    }
  ).contacts.edges.map(({ node }) => node.number);

/** Files as programs export them: their columns, and rows of which some hold what they hold at their worst. */
const BOOKS: readonly (readonly [program: string, csv: string, taken: readonly string[]])[] = [
  [
    'Google Contacts',
    'First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n' +
      'Ana,,Nova,,,,,,,Acme,Buyer,,"one\ntwo",,* myContacts,Work,a@example.test,Work Fax,01 70 00 01 09,Mobile,06 70 00 01 01\n' +
      'Bea,,Nova,,,,,,,,,,,,* myContacts,,,Mobile,+33 6 70 00 01 02 ::: +33 6 70 00 01 03,,\n' +
      ',,,,,,,,,Only Company SA,,,,,* myContacts,,,Work,01 70 00 01 04,,\n',
    ['2 Ana Nova +33670000101', '4 Bea Nova +33670000102', '5 Only Company SA +33170000104'],
  ],
  [
    'Google Contacts of before 2024',
    'Name,Given Name,Additional Name,Family Name,Yomi Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name\n' +
      'Olga Rivera,Olga,,Rivera,,* myContacts,Home,o@example.test,Home,+33 1 70 00 02 01,\n,,,,,,,,Work,+33 1 70 00 02 02,Rivera SARL\n',
    ['2 Olga Rivera +33170000201', '3 Rivera SARL +33170000202'],
  ],
  [
    'Outlook in English',
    '"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Assistant\'s Phone","Business Fax","Business Phone","Business Phone 2","Callback","Home Phone","Mobile Phone","Pager","Primary Phone","E-mail Address","E-mail Display Name"\r\n' +
      '"Mr.","Omar","","Diaz","","Acme","","","0170000309","0170000308","","","","","0670000301","","","o@example.test","Omar Diaz (o@example.test)"\r\n',
    ['2 Omar Diaz +33670000301'],
  ],
  [
    'Outlook in French',
    'Titre;Prénom;Deuxième prénom;Nom;Suffixe;Société;Service;Télécopie (bureau);Téléphone (bureau);Téléphone 2 (bureau);Téléphone (domicile);Tél. mobile;Récepteur de radiomessagerie;Adresse de messagerie\r\n' +
      'M.;Éloi;;Lefèvre;;Acme;;0170000409;;;;06 70 00 04 01;;e@example.test\r\n;;;;;Acme Lyon;;;04 70 00 04 02;;;;;\r\n',
    ['2 Éloi Lefèvre +33670000401', '3 Acme Lyon +33470000402'],
  ],
  [
    'Apple Contacts by way of Numbers',
    'First name;Last name;Organization;Email (home);Phone (mobile);Phone (iPhone);Phone (home fax);Birthday\nAda;Byron;;a@example.test;;+33 6 70 00 05 01;+33 1 70 00 05 02;\n',
    ['2 Ada Byron +33670000501'],
  ],
  [
    'HubSpot',
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Lead Status\n1,Hub,Moreau,h@example.test,'+33170000601,,Bob,Open\n2,Hugo,Moreau,h@example.test,,+33670000602,Bob,Open\n",
    ['2 Hub Moreau +33170000601', '3 Hugo Moreau +33670000602'],
  ],
  [
    'Salesforce',
    '"Salutation","First Name","Last Name","Account Name","Title","Phone","Mobile","Home Phone","Other Phone","Asst. Phone","Fax","Email","Do Not Call"\n"Ms.","Sara","Force","Acme","CEO","","(0)6.70.00.07.01","","","0170000709","0170000708","s@example.test","0"\n',
    ['2 Sara Force +33670000701'],
  ],
  [
    'the API of Salesforce',
    'Id,LastName,FirstName,AccountId,Phone,MobilePhone,HomePhone,OtherPhone,AssistantPhone,Fax\n003x,Force,Sami,001x,0033170000702,,,,,\n',
    ['2 Sami Force +33170000702'],
  ],
  [
    'FreePBX',
    'displayname,fname,lname,title,company,address,phone_1_number,phone_1_type,phone_1_extension,phone_1_flags,phone_2_number,phone_2_type,email_1\nFree Durand,Free,Durand,,,,0170000801,work,12,,0670000802,cell,f@example.test\n',
    ['2 Free Durand +33170000801'],
  ],
  [
    'FusionPBX',
    'contact_type,contact_organization,contact_name_given,contact_name_family,contact_nickname,phone_label,phone_number,phone_extension,phone_primary\ncustomer,Acme,Fus,Blanc,,work,0170000901,12,1\n',
    ['2 Fus Blanc +33170000901'],
  ],
  [
    'Thunderbird',
    'First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,Home Address,Organization,Birth Year,Notes\nThea,Bird,,,t@example.test,,tb,,,0170001009,,+33 6 70 00 10 01,,,1990,\n',
    ['2 Thea Bird +33670001001'],
  ],
  [
    'Thunderbird in German',
    'Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Tel. dienstlich,Tel. privat,Fax-Nummer,Pager-Nummer,Mobil-Tel.-Nr.,Organisation\nTom,Vogel,Tom Vogel,,t@example.test,,,0170001019,,+33 6 70 00 10 11,\n',
    ['2 Tom Vogel +33670001011'],
  ],
  [
    '3CX',
    'FirstName,LastName,Company,Mobile,Mobile2,Home,Home2,Business,Business2,Email,Other,BusinessFax,HomeFax,Pager\nTrix,Cix,Acme,,,,,01 70 00 11 01,,t@example.test,,01 70 00 11 09,,\n',
    ['2 Trix Cix +33170001101'],
  ],
  ['a spreadsheet that says what separates fields', 'sep=;\r\nname;number\r\nSepp;0170001201\r\n', ['3 Sepp +33170001201']],
  ['a German spreadsheet', 'Name;Vorname;Firma;Rufnummer\nMüller;Max;;+33 1 70 00 13 01\n', ['2 Max Müller +33170001301']],
  [
    'a Spanish spreadsheet',
    'Nombre;Apellidos;Teléfono fijo;Móvil\nInés;García López;;+33 6 70 00 14 01\n',
    ['2 Inés García López +33670001401'],
  ],
  ['an Italian spreadsheet', 'Nome\tCognome\tCellulare\nGina\tRossi\t+33 6 70 00 15 01\n', ['2 Gina Rossi +33670001501']],
  ['a Dutch spreadsheet', 'Voornaam;Tussenvoegsel;Achternaam;Mobiel\nJan;van;Dijk;+33 6 70 00 16 01\n', ['2 Jan van Dijk +33670001601']],
  ['a Portuguese spreadsheet', 'Nome;Apelido;Telemóvel\nRui;Costa;+33 6 70 00 17 01\n', ['2 Rui Costa +33670001701']],
];

it.each(BOOKS)('S23 the export of %s is read', async (_, csv, taken) => {
  const { rejected, columns, firstRows, created } = await imported(csv);
  expect(rejected).toEqual([]);
  expect(firstRows.map(({ line, name, number }) => `${line} ${name} ${number}`)).toEqual(taken);
  expect(created).toBe(taken.length);
  expect(columns.name.length * columns.number.length).toBeGreaterThan(0);
});

describe('the numbers of a file', () => {
  const WRITTEN: readonly (readonly [written: string, number: string])[] = [
    ['\u202A+33170002001\u202C', '+33170002001'],
    ['01\u202F70\u00A000\u202F20\u00A002', '+33170002002'],
    ["'+33170002003", '+33170002003'],
    ['="+33170002004"', '+33170002004'],
    ['tel:+33-1-70-00-20-05', '+33170002005'],
    ['+33 01 70 00 20 06', '+33170002006'],
    ['33170002007.0', '+33170002007'],
    ['+48 (0) 22 512 34 56', '+48225123456'],
    ['+52 1 55 1234 5678', '+525512345678'],
    ['００３３１７０００２００８', '+33170002008'],
  ];

  it('S23 are read in any writing, and found by the same', async () => {
    const csv = `name,number\n${WRITTEN.map(([written], i) => `Written ${i},"${written.replaceAll('"', '""')}"`).join('\n')}`;
    expect((await imported(csv)).rejected).toEqual([]);
    for (const [written, number] of WRITTEN) expect([written, await numbersFound(written)]).toEqual([written, [number]]);
  });

  it('S23 are rejected with a reason and their text where digits may be lost', async () => {
    const { created, rejected } = await imported('name;phone\nOne;3,3187E+10\nTwo;3.3187000002E+10\n"Three\n3";06•70 00 20 09\n');
    expect(created).toBe(0);
    expect(rejected).toEqual([
      { line: 2, reason: expect.stringContaining('scientific notation'), text: 'One;3,3187E+10' },
      { line: 3, reason: expect.stringContaining('scientific notation'), text: 'Two;3.3187000002E+10' },
      { line: 4, reason: expect.stringContaining('holds "•" (U+2022)'), text: '"Three\n3";06•70 00 20 09' },
    ]);
  });

  it('S23 a row whose first number an earlier line has is kept by its next', async () => {
    const { rejected, firstRows } = await imported(
      'Name,Work Phone,Mobile\nOne,0170002101,\nTwo,0170002101,0670002102\nThree,0170002101,\n',
    );
    expect(firstRows.map(({ number }) => number)).toEqual(['+33170002101', '+33670002102']);
    expect(rejected).toEqual([{ line: 4, reason: '+33170002101 is in line 2 already.', text: 'Three,0170002101,' }]);
  });
});

describe('a dry run', () => {
  const CSV = 'Nom;Prénom;Portable;Ville\nMartin;Lou;06 70 00 30 01;Lyon\nPetit;Max;12;Nice\nMartin;Lou;0670003001;Lyon\n';
  const RESULTS = {
    created: 1,
    rejected: [
      { line: 3, reason: expect.stringContaining('too few digits'), text: 'Petit;Max;12;Nice' },
      { line: 4, reason: '+33670003001 is in line 2 already.', text: 'Martin;Lou;0670003001;Lyon' },
    ],
    columns: { name: ['Nom', 'Prénom'], number: ['Portable'], ignored: ['Ville'] },
    firstRows: [{ line: 2, name: 'Lou Martin', number: '+33670003001' }],
  };

  it('S23 tells what would become of a file, and keeps nothing', async () => {
    expect(await imported(CSV, { dryRun: true })).toMatchObject({ ...RESULTS, dryRun: true });
    expect(await numbersFound('Martin Lou')).toEqual([]);
    expect(await imported(CSV)).toMatchObject({ ...RESULTS, dryRun: false });
    expect(await imported(CSV, { dryRun: true })).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('S23 is there for a file that is sent as a stream, too', async () => {
    const send = async (query: string, body: string): Promise<readonly [number, unknown]> => {
      const headers = { 'content-type': 'text/csv', ...(await directory.bearer()) };
      const response = await fetch(`${directory.url}/contacts/import${query}`, { method: 'POST', body, headers });
      return [response.status, JSON.parse((await response.text()).trimEnd().split('\n').at(-1) ?? '')];
    };
    const columns = encodeURIComponent(JSON.stringify({ name: ['Ville', 'Nom'], number: 'Portable' }));
    expect(await send(`?dryRun=true&columns=${columns}`, CSV.replace('00 30 01', '00 30 02').replace('003001', '003002'))).toEqual([
      200,
      {
        ...{ done: true, dryRun: true, rows: 3, created: 1, updated: 0, unchanged: 0, rejected: 2 },
        columns: { name: ['Nom', 'Ville'], number: ['Portable'], ignored: ['Prénom'] },
        firstRows: [{ line: 2, name: 'Lyon Martin', number: '+33670003002' }],
      },
    ]);
    expect(await numbersFound('0670003002')).toEqual([]);
    for (const query of ['?dryRun=perhaps', '?columns=Nom', '?columns={"colour":"red"}', '?colour=red'])
      expect(await send(query, CSV)).toMatchObject([400, { code: 'BAD_USER_INPUT' }]);
    expect(await send(`?columns={"name":"Colour"}`, CSV)).toMatchObject([422, { code: 'INVALID_CSV' }]);
  });

  it('S23 columns may be chosen by hand', async () => {
    const csv = 'A;B;C\nLou;0170003101;0670003102\n';
    expect(await imported(csv, { columns: { name: 'A', number: ['C', '2'] } })).toMatchObject({
      created: 1,
      columns: { name: ['A'], number: ['B', 'C'], ignored: [] },
      firstRows: [{ name: 'Lou', number: '+33670003102' }],
    });
    expect(await imported(csv, { columns: { name: 'D' } })).toMatchObject({ code: 'INVALID_CSV', message: expect.stringContaining('"D"') });
  });
});
