import { plain } from './spelling.ts';

/** What a column may hold of a name. `name` is all of it or, beside a column of first names, the family name. */
export type NamePart = 'display' | 'name' | 'prefix' | 'first' | 'middle' | 'last' | 'suffix' | 'nickname' | 'company';

/** A title as it is compared: words in lower case, without accents and punctuation; `MobilePhone2` and `phone_1_number` are words too. */
export const wordsOfTitle = (title: string): readonly string[] =>
  plain(title.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '))
    .replace(/(?<=[a-z]{2})(?=\d+$)/g, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

const listed = (titles: string): readonly string[] => titles.split(',').map((title) => title.trim());

/**
 * Titles of columns of names in the languages of people's address books, and of the exports of Google Contacts, Outlook, Apple, HubSpot,
 * Salesforce, FreePBX, FusionPBX, Thunderbird and 3CX. The likeliest first.
 */
const TITLES: Readonly<Record<NamePart, readonly string[]>> = {
  display: listed(`
    full name, fullname, display name, displayname, contact name, contact full name, customer name,
    nom complet, nom a afficher, nom affiche, nom d affichage, nom et prenom, prenom et nom, nom prenom, prenom nom, nom du contact,
    vollstandiger name, anzeigename, kontaktname, name und vorname, vor und nachname,
    nombre completo, nombre y apellidos, nombre para mostrar, nombre mostrado, nombre del contacto,
    nome completo, nome e cognome, nome visualizzato, nome de exibicao, nome a apresentar, nome apresentado,
    nome do contato, nome do contacto,
    volledige naam, weergavenaam, contactnaam
  `),
  name: listed(`
    name, nom, naam, nombre, nome, namn, navn, nimi, nazwa, jmeno,
    contact, contacto, contatto, contato, kontakt, contactpersoon, ansprechpartner
  `),
  prefix: listed('name prefix, contact name prefix, namensprafix, prefisso nome, prefijo del nombre'),
  first: listed(`
    first name, firstname, given name, givenname, forename, fname, first, contact name given, contact first name,
    prenom, vorname, voornaam, nombre de pila, primer nombre, nome proprio, primeiro nome, primo nome, fornamn, fornavn, etunimi, imie
  `),
  middle: listed(`
    middle name, middlename, additional name, contact name middle, middle,
    deuxieme prenom, autres prenoms, second prenom, zweiter vorname, weitere vornamen, segundo nombre,
    secondo nome, segundo nome, nome do meio, tweede voornaam, tussenvoegsel
  `),
  last: listed(`
    last name, lastname, surname, family name, familyname, lname, last, contact name family, contact last name,
    nom de famille, nachname, familienname, zuname, achternaam, familienaam, apellidos, apellido, primer apellido, segundo apellido,
    cognome, sobrenome, ultimo nome, apelido, apelidos, efternamn, etternavn, efternavn, sukunimi, nazwisko, prijmeni
  `),
  suffix: listed(`
    name suffix, contact name suffix, suffix, suffixe, namenssuffix, suffisso, sufijo, sufixo, achtervoegsel
  `),
  nickname: listed(`
    nickname, nick name, contact nickname, surnom, spitzname, bijnaam, apodo, alias, soprannome, alcunha, file as
  `),
  company: listed(`
    company, company name, organization, organisation, organization name, organisation name, organization 1 name, contact organization,
    account name, associated company, business name, employer, societe, nom de la societe, entreprise, nom de l entreprise, raison sociale,
    organisme, etablissement,
    firma, firmenname, unternehmen, empresa, nombre de la empresa, compania, razon social, organizacion,
    azienda, societa, ditta, ragione sociale, organizzazione,
    bedrijf, bedrijfsnaam, organisatie, organizacao, nome da empresa, foretag, firmanavn, yritys
  `),
};
const PARTS = Object.keys(TITLES) as readonly NamePart[];
const PART_OF = new Map(PARTS.flatMap((part) => TITLES[part].map((title, rank) => [title, { part, rank }] as const)));

/** What of a name a title says that its column holds, and how likely, 0 being the likeliest; null where it says something else. */
export const namePartOf = (title: string): { readonly part: NamePart; readonly rank: number } | null =>
  PART_OF.get(wordsOfTitle(title).join(' ')) ?? null;

/** A word of a title that says that the column has phone numbers. */
const PHONE = new RegExp(
  `^(?:${[
    '[a-z]*phones?(?:no|nr|num|numbers?)?|telephon[a-z]*|tel|tels|tele|telf|tfno|tlf|tlfn',
    '[a-z]*telefon[a-z]*|[a-z]*telefoon[a-z]*|fon|fono|fone|puhelin[a-z]*',
    'mobiles?|mobil|mobilt?|mobilnummer|mobilnr|mobiltelefon[a-z]*|mobiel[a-z]*|mobilenumber',
    'moviles|movil|telemovel|telemoveis|telemobil|handy|handys|handynummer|handynr|komorka',
    'cell|cells|cellulare|cellulari|cellular|celular|celulares|gsm|portables?|whatsapp',
    'landline|fixe|fijo|fisso|fixo|festnetz|festnetznummer|rufnummer|rufnummern|msisdn|e164|did|ddi',
    '(?:office|home|work|business|other|mobile|contact|direct)number',
  ].join('|')})$`,
);
/** A word of a title that says that the column has something else, or numbers that ring nobody of that name. */
const NO_PHONE = new RegExp(
  `^(?:${[
    'telefax|[a-z]*fax[a-z]*|telecopie|telecopieur|pager[a-z]*|bip|beeper|semafoon|radiomessagerie|messagerie|telex|tty|tdd|isdn|rnis|rdsi|radio',
    'types?|typ|tipo|labels?|libelle|etiquette|etiqueta|etichetta|extensions?|ext|poste|durchwahl|interno',
    'toestel|ramal|flags?|speed|speeddial|locale|voice|text|video',
    'country|pays|land|pais|paese|area|codes?|prefix|prefixe|indicatif|vorwahl|opt|out',
    'consent|permission|verified|valid|status|carrier|operator|operateur',
    'e?mails?|courriel|address|addresses|adresse|direccion|indirizzo|endereco|url|web|website|note|notes|notizen',
    'remarks?|comments?|date|time|times|count|owner|model|provider',
    'assistants?|assistante|assistent[a-z]*|assistente|asistente|asst|secretary|secretaire|sekretariat|phonetic|yomi',
  ].join('|')})$`,
);
/** Titles of nothing but the kind of number or of its being one, as 3CX and others write them. */
const KINDS = new Set(
  listed(`
    number, numero, nummer, numer, num, home, business, other, work, office, main, direct, private, direct line, ligne directe,
    home number, business number, work number, office number, other number, main number, direct number, contact number,
    company number, bureau, domicile, travail, prive, autre, standard, numero direct, geschaftlich, privat, dienstlich,
    zentrale, casa, trabajo, oficina, lavoro, ufficio, trabalho, escritorio, werk, thuis, vast nummer
  `),
);

/** Whether a title says that its column has phone numbers by which somebody is reached. */
export function isPhoneTitle(title: string): boolean {
  const words = wordsOfTitle(title);
  if (words.some((word) => NO_PHONE.test(word)) || words.join(' ') === 'phone primary') return false;
  return words.some((word) => PHONE.test(word)) || KINDS.has(words.filter((word) => !/^\d+$/.test(word)).join(' '));
}

/** Titles, as words, of a column that says what kind of number stands in this one: `phone 1 label` for `Phone 1 - Value`. */
export function labelTitlesOf(title: string): readonly string[] {
  const words = wordsOfTitle(title)
    .filter((word) => !['value', 'number'].includes(word))
    .join(' ');
  return ['label', 'type'].map((label) => `${words} ${label}`);
}

/** Whether what stands in such a column says that the number rings nobody. */
export const isMachine = (label: string): boolean => wordsOfTitle(label).some((word) => /fax|pager|telex|telecopie/.test(word));
