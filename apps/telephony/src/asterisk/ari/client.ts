import { EngineGone } from '../../engine/port.ts';
import { operations } from './description.ts';

/** One operation of ARI. @throws AriRefusal, EngineGone */
export type Operation<Parameters, Answer> = (parameters: Parameters) => Promise<Answer>;

/** Where an engine is, and who may command it. */
export interface AriAccess {
  /** As `http://127.0.0.1:8088`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** The engine is there and does not do it; what `status` means is told by the engine's description. */
export class AriRefusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    what: string,
  ) {
    super(`Asterisk refuses ${what}: ${status} ${reason}`);
  }

  /** What it is about is gone, was never there or is no longer in our hands. The engine says so in several ways, some of them odd. */
  get isGone(): boolean {
    const { status, reason } = this;
    const isOdd = (status === 400 && /not found/i.test(reason)) || (status === 500 && /failed to answer/i.test(reason));
    return [404, 409, 412, 422].includes(status) || isOdd;
  }
}

/** An answer may take so long, in ms: after that the engine counts as gone. */
const PATIENCE = 10_000;

/** ARI's operations over HTTP. */
export class Ari {
  readonly api = operations(
    (method, path, inBody) => async (parameters) => (await this.answer(method, path, inBody, parameters as Parameters)) as never,
  );

  constructor(private readonly access: AriAccess) {}

  /** The file of a stored recording; null: there is none. */
  async file(recording: string): Promise<Response | null> {
    try {
      return await this.ask('GET', `/recordings/stored/${encodeURIComponent(recording)}/file`);
    } catch (error) {
      if (error instanceof AriRefusal && error.isGone) return null;
      throw error;
    }
  }

  private async answer(method: string, path: string, inBody: readonly string[], parameters: Parameters): Promise<unknown> {
    const query = new URLSearchParams();
    const body: Parameters = {};
    let place = path;
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined) continue;
      if (path.includes(`{${name}}`)) place = place.replace(`{${name}}`, encodeURIComponent(String(value)));
      else if (inBody.includes(name)) body[name] = value;
      else query.set(name, String(value));
    }
    const answer = await this.ask(method, `${place}?${query}`, Object.keys(body).length > 0 ? JSON.stringify(body) : null);
    const text = await answer.text().catch(() => {
      throw new EngineGone();
    });
    return text === '' ? undefined : JSON.parse(text);
  }

  private async ask(method: string, place: string, body: string | null = null): Promise<Response> {
    const { url, user, password } = this.access;
    const headers = {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await fetch(`${url}/ari${place}`, { method, body, headers, signal: AbortSignal.timeout(PATIENCE) }).catch(() => {
      throw new EngineGone();
    });
    if (answer.ok) return answer;
    throw new AriRefusal(answer.status, await answer.text().catch(() => ''), `${method} ${place}`);
  }
}

type Parameters = Record<string, unknown>;
