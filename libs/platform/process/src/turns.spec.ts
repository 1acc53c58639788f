import { Turns } from './turns.ts';

/** Work that is over when it is told to. */
function work() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const of = (name: string) => () => {
    began.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { began, of, end: (name: string) => ends.get(name)?.() };
}

it('on one thing waits for what came before, on others it does not', async () => {
  const [turns, { began, of, end }] = [new Turns(), work()];
  const first = turns.take('a', of('a1'));
  const second = turns.take('a', of('a2'));
  void turns.take('b', of('b1'));
  expect(began).toEqual(['a1', 'b1']);
  end('a1');
  expect(await first).toBe('a1');
  await Promise.resolve();
  expect(began).toEqual(['a1', 'b1', 'a2']);
  end('a2');
  expect(await second).toBe('a2');
});

it('that fails tells its own, and holds up nothing', async () => {
  const turns = new Turns();
  const failing = turns.take('a', () => Promise.reject(new Error('no')));
  const next = turns.take('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('is all over once what waits is over, too', async () => {
  const [turns, { began, of, end }] = [new Turns(), work()];
  void turns.take('a', of('a1'));
  void turns.take('a', async () => void began.push('a2'));
  const over = turns.over();
  end('a1');
  await over;
  expect(began).toEqual(['a1', 'a2']);
});
