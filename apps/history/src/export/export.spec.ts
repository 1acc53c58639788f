import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { eventually } from '@cordboard/testing';
import type { Sql } from '@cordboard/platform-database';
import { startService } from '@cordboard/platform-process';
import { Identities } from '@cordboard/platform-subgraph';
import { DirectoryStore } from '../directory/directory.store.ts';
import { began, callEnded, RunningHistory, SAM, telling, time, toOutside, type Telling, type Who } from '../history.running.ts';
import { RecordStore } from '../records/record.store.ts';
import { defused, headerOf } from './columns.ts';
import { ExportController } from './export.controller.ts';
import { ExportHandler } from './export.handler.ts';
import { readFilter } from './query.ts';

let history: RunningHistory;
beforeAll(async () => void (history = await RunningHistory.start()));
afterAll(() => history?.stop());

/** alice answers a caller and sends them outside, cold; presence tags the first call. */
const handedOn = (k: string): readonly Telling[] => {
  const say = telling('routing', k);
  const target = { ...toOutside('+33622222222'), label: '=HYPERLINK("http://evil")' };
  const transfer = { transferId: `${k}-t1`, callId: `${k}-c1`, transferorId: 'alice', mode: 'COLD' as const, target };
  return [
    say(0, began(`${k}-c1`)),
    say(5, { type: 'call.answered', callId: `${k}-c1`, agentId: 'alice' }),
    say(20, { type: 'transfer.started', ...transfer }),
    say(
      26,
      { type: 'transfer.completed', ...transfer, newCallId: `${k}-c2`, targetAgentId: null },
      began(`${k}-c2`, { viaTransferId: `${k}-t1`, entryNumberId: null }),
      callEnded('TRANSFERRED', `${k}-c1`, 'alice', `${k}-t1`),
      { type: 'call.answered', callId: `${k}-c2`, agentId: null },
    ),
    say(46, callEnded('TARGET_HUNG_UP', `${k}-c2`, null, `${k}-t1`)),
    telling('presence', `${k}-alice`)(30, { type: 'call.tagged', callId: `${k}-c1`, agentId: 'alice', tags: ['-2+3', 'a "b", c'] }),
  ];
};
const PATH = '/history/export.csv';
async function lines(query: string, who?: Who, headers?: Record<string, string>): Promise<readonly string[]> {
  const response = await history.get(`${PATH}${query}`, who, headers);
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
    200,
    'text/csv; charset=utf-8',
    'attachment; filename=calls.csv',
  ]);
  return (await response.text()).trimEnd().split('\n');
}
const HEADER = headerOf('en').join(',');

describe('an export', () => {
  beforeAll(() =>
    history.tell(
      ...handedOn('a'),
      telling('directory', 'agent-alice')(0, {
        type: 'agent.saved',
        agent: {
          id: 'alice',
          name: '@Alice',
          extension: '101',
          role: 'AGENT',
          defaultNumberId: null,
          dedicatedNumberId: null,
          forwarding: null,
          mayDialOut: true,
        },
      }),
      telling('directory', 'number-main')(0, {
        type: 'number.saved',
        number: {
          ...{ id: 'main', label: 'Main', e164: '+33187000001', distribution: [], greeting: null, openingHours: null, voicemail: false },
          ...{ dedicatedAgentId: null, dedicatedTeamId: null, recording: null, unavailabilityMessage: null },
          ...{ voicemailMessage: null, language: null, files: { greeting: null, voicemail: null, unavailable: null, music: null } },
        },
      }),
    ),
  );

  it('has the rows of callHistory in its order, with names and what transfers came to', async () => {
    expect(await lines('')).toEqual([
      HEADER,
      `a-c2,a,INBOUND,ANSWERED,${time(26)},${time(26)},${time(46)},+33611111111,,,,+33187000001,,0,20,0,0,,0,,,,,,a-t1`,
      `a-c1,a,INBOUND,TRANSFERRED,${time(0)},${time(5)},${time(26)},+33611111111,,'@Alice,alice,+33187000001,+33187000001,11,15,0,0,"'-2+3; a ""b"", c",1,COLD,"'=HYPERLINK(""http://evil"")",EXTERNAL,COMPLETED,,`,
    ]);
  });

  it('takes the filters of callHistory', async () => {
    const found = async (query: string): Promise<readonly string[]> =>
      (await lines(query)).slice(1).map((line) => line.split(',')[0] ?? '');
    expect(await found('?agentId=alice&outcome=TRANSFERRED')).toEqual(['a-c1']);
    expect(await found(`?tags=nothing&tags=-2%2B3&transferred=true&caller=%2B33611111111&startedAfter=${time(0)}`)).toEqual(['a-c1']);
    expect(await found('?ids=a-c2,x')).toEqual(['a-c2']);
    expect(await found('?outcome=MISSED')).toEqual([]);
  });

  it('is what the asker may see', async () => {
    expect(await lines('', { sub: 'alice' })).toHaveLength(2);
    expect(await lines('', { sub: 'dan' })).toEqual([HEADER]);
    expect(await lines('', { ...SAM, account: 'other' })).toEqual([HEADER]);
  });

  it.each([
    ['fr', 'Appel'],
    ['de, fr-CA;q=0.9, en;q=0.1', 'Appel'],
    ['de', 'Call'],
    ['en, fr', 'Call'],
  ])('names its columns after Accept-Language: %s', async (accepted, name) => {
    expect((await lines('', SAM, { 'accept-language': accepted }))[0]).toMatch(new RegExp(`^${name},`));
  });

  it.each<[string, string, Who | null, number, string]>([
    ['without a token', '', null, 401, 'UNAUTHENTICATED'],
    ['with a filter that there is not', '?colour=red', SAM, 400, 'BAD_USER_INPUT'],
    ['with a value that there is not', '?outcome=LOST', SAM, 400, 'BAD_USER_INPUT'],
    ['with a time without its zone', '?startedAfter=2026-01-01T00:00:00', SAM, 400, 'BAD_USER_INPUT'],
    ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00%2B23:59', '2026-02-30T00:00:00Z'].map(
      (time): [string, string, Who, number, string] => [`with the time ${time}`, `?startedAfter=${time}`, SAM, 400, 'BAD_USER_INPUT'],
    ),
    ['with a NUL', '?agentId=a%00', SAM, 400, 'BAD_USER_INPUT'],
    ['with a NUL in a list', '?tags=a,%00', SAM, 400, 'BAD_USER_INPUT'],
    ['with a caller that is no number', '?caller=nobody', SAM, 400, 'BAD_USER_INPUT'],
  ])('is refused %s', async (_, query, who, status, code) => {
    const response = await history.get(`${PATH}${query}`, who);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });
});

describe('a long export', () => {
  const ROWS = 12_000;
  beforeAll(() =>
    history.tables.query(
      `INSERT INTO call_record (id, account, conversation_id, direction, caller, started_at, phase, phase_since, ring_ms, talk_ms, hold_ms, tags)
       SELECT 'b' || i || '-c1', 'long', 'b' || i, 'INBOUND', '+33611111111', timestamptz '2026-01-01' + i / 3 * interval '1 second', 'over', '2026-01-01', 0, 0, 0, ARRAY[repeat('long', 1_250)]
       FROM generate_series(1, ${ROWS}) AS i`,
    ),
  );
  const long: Who = { ...SAM, account: 'long' };

  it('has every row once, also those that began at the same moment', async () => {
    const ids = (await lines('', long)).slice(1).map((line) => line.slice(0, line.indexOf(',')));
    expect([ids.length, new Set(ids).size, ids[0], ids.at(-1)]).toEqual([ROWS, ROWS, `b${ROWS}-c1`, 'b1-c1']);
  }, 180_000);

  it('is read no faster than it is taken, and no longer', async () => {
    let batches = 0;
    const counted: Sql = {
      query: (text, ...values) => ((batches += text.includes('LIMIT') ? 1 : 0), history.tables.query(text, ...values)),
    };
    const exporting = new ExportHandler(new RecordStore(counted), new DirectoryStore(history.tables));
    const identities = await Identities.from({ JWT_PUBLIC_KEY_FILE: history.key.publicKeyFile });
    const providers = [
      { provide: Identities, useValue: identities },
      { provide: ExportHandler, useValue: exporting },
    ];
    const service = await startService(
      'export',
      { module: class {}, controllers: [ExportController], providers },
      { PORT: 0, HOST: '127.0.0.1' },
    );
    const request = get(`${service.url}${PATH}`, { headers: { ...(await history.headers(long)) } });
    request.on('error', () => undefined);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => undefined).pause();
    const settled = async (): Promise<number> => {
      const seen = { batches: -1, times: 0 };
      return eventually(() => {
        Object.assign(seen, seen.batches === batches ? { times: seen.times + 1 } : { batches, times: 0 });
        return seen.times > 20 ? batches : 0;
      });
    };
    const held = await settled();
    expect(held).toBeLessThan(ROWS / 500 / 2);
    request.destroy();
    expect((await settled()) - held).toBeLessThanOrEqual(1);
    await service.close();
  });
});

describe('a cell', () => {
  it.each([
    ['=1+1', `'=1+1`],
    ['+1+1', `'+1+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    [' =1', `' =1`],
    ['\r\n=1', `'\r\n=1`],
    ['＝1', `'＝1`],
    ['+33611111111', '+33611111111'],
    ['+33611111111+1', `'+33611111111+1`],
    ['a=1', 'a=1'],
    ['', ''],
  ])('%j is written as %j', (cell, written) => {
    expect(defused(cell)).toBe(written);
  });
});

it.each([
  ['fr', ';'],
  ['en', ','],
] as const)(
  'for a spreadsheet that speaks %s it begins with a byte order mark, and columns are separated by %j',
  async (language, separator) => {
    const response = await history.get(`${PATH}?format=spreadsheet`, undefined, { 'accept-language': language });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.subarray(3).toString().split('\n')[0]).toBe(headerOf(language).join(separator));
  },
);

it('is written in a form that there is', async () => {
  expect((await history.get(`${PATH}?format=excel`)).status).toBe(400);
});

it('lists are repeated or have commas', () => {
  expect(readFilter(parse('tags=a,b&ids=x&ids=y,z&live=false&minTalkSeconds=10'))).toEqual({
    filter: { tags: ['a', 'b'], ids: ['x', 'y,z'], live: false, minTalkSeconds: 10 },
    format: 'csv',
  });
});
