import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from './payloads.ts';
import { SCHEMA_FOLDER, schemaFiles } from './schemas.ts';

const folder = join(import.meta.dirname, '../../../..', SCHEMA_FOLDER);

it('has the events that receivers were promised', () => {
  expect([...EVENTS].sort()).toEqual(
    (
      'call.created call.answered call.hold call.unhold call.transferred call.external_transferred call.unsuccessful_transfer call.hungup ' +
      'call.ended call.tagged call.voicemail_left user.wut_start user.wut_end user.status_changed'
    )
      .split(' ')
      .sort(),
  );
});

it('docs/webhooks holds the schema of each, as it is', () => {
  const files = schemaFiles();
  expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
  for (const [name, text] of files) expect({ name, text: readFileSync(join(folder, name), 'utf8') }).toEqual({ name, text });
});

it('says of every field what it is for, or names its values', () => {
  const mute = (schema: Schema, at: string): string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      ...(field.description || field.enum || field.properties ? [] : [`${at}.${name}`]),
      ...mute(field, `${at}.${name}`),
    ]);
  for (const [name, text] of schemaFiles()) expect(mute(JSON.parse(text) as Schema, name)).toEqual([]);
});

interface Schema {
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
