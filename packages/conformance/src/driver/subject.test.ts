import { spawn } from 'node:child_process';
import type { BrowserDriver } from '@wakey/core';
import { expect, it } from 'vitest';
import { processesHolding } from './processes.js';
import { openDriverSubject } from './subject.js';

it('ends the processes that a failed check leaves in its folder', async () => {
  const driver = () => ({ capabilities: {} }) as BrowserDriver;
  const subject = openDriverSubject({ executable: '/nothing', driver });
  let used = '';
  const failing = subject.alone(async ({ folder }) => {
    used = folder;
    const browser = spawn('sleep', ['1000'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: folder },
    });
    expect(processesHolding(folder)).toEqual([browser.pid]);
    process.kill(Number(browser.pid), 'SIGSTOP');
    throw new Error('the check fails');
  });
  await expect(failing).rejects.toThrow('the check fails');
  expect(processesHolding(used)).toEqual([]);
  await subject.close();
});
