import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { boundedFiles, type Files, realFiles } from '@wakey/host';
import { temporaryDirectory } from '@wakey/testkit';
import { describe, expect, it } from 'vitest';
import { listSessions } from './list-sessions.js';
import { open } from './testing/place.js';

/** A file system whose call `name` never answers. */
function hanging(name: keyof Files): { readonly files: Files; readonly calls: () => number } {
  let calls = 0;
  const never = () => {
    calls += 1;
    return new Promise(() => undefined);
  };
  return { files: { ...realFiles, [name]: never } as Files, calls: () => calls };
}

const overdue = {
  code: 'sessions-dir-unusable',
  message: expect.stringMatching(/^The file system of '.+' did not answer/),
};

describe('a file system that does not answer', () => {
  it.each(['mkdir', 'open', 'lstat', 'stat', 'readdir', 'realpath', 'rename'] as const)(
    'does not block the opening of a session for ever when its %s hangs',
    async (name) => {
      const { files } = hanging(name);
      await expect(open({ sessionsDir: temporaryDirectory(), files, answerWithin: 50 })).rejects.toMatchObject(overdue);
    },
  );

  it('does not block the list of sessions for ever', async () => {
    const sessionsDir = temporaryDirectory();
    mkdirSync(join(sessionsDir, 'main'));
    const whole = hanging('readdir').files;
    await expect(listSessions({ sessionsDir, files: whole, answerWithin: 20 })).rejects.toMatchObject(overdue);
    const [one] = await listSessions({ sessionsDir, files: hanging('open').files, answerWithin: 500 });
    expect(one?.problem).toMatchObject(overdue);
  });

  it('gets no further call while one call is overdue, and gets calls again after that call has returned', async () => {
    let answer: (value: undefined) => void = () => undefined;
    const rmdir = () => new Promise<undefined>((resolve) => (answer = resolve));
    // Answers at once: on a busy machine a real call may need longer than the bound.
    const stat = async () => ({ isDirectory: () => true });
    const files = boundedFiles({ ...realFiles, rmdir, stat } as unknown as Files, 20);
    await expect(files.rmdir('/a')).rejects.toMatchObject(overdue);
    await expect(files.stat('/')).rejects.toThrow(`'/a'`);
    answer(undefined);
    await Promise.resolve();
    expect((await files.stat('/')).isDirectory()).toBe(true);
  });

  it('closes a file whose open() answers too late', async () => {
    let isClosed = false;
    let opened: (handle: unknown) => void = () => undefined;
    const late = () => new Promise((resolve) => (opened = resolve));
    const files = boundedFiles({ ...realFiles, open: late } as unknown as Files, 20);
    await expect(files.open('/a')).rejects.toMatchObject(overdue);
    opened({
      async close() {
        isClosed = true;
      },
    });
    await Promise.resolve();
    expect(isClosed).toBe(true);
  });
});
