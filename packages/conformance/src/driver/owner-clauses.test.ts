import { type ChildProcess, spawn } from 'node:child_process';
import type { BrowserDriver, DriverCapabilities } from '@wakey/core';
import { describe, expect, it } from 'vitest';
import { type OwnedDriver, ownerClauses } from './owner-clauses.js';
import { processesHolding } from './processes.js';

describe('a clause about the owner of a browser', () => {
  it.each(ownerClauses.map((clause) => [clause.name, clause] as const))(
    'leaves no process of a driver that fails it: %s',
    async (_, { check }) => {
      const folders: string[] = [];
      await expect(check(leavingDriver((folder) => folders.push(folder)))).rejects.toThrow();
      expect(folders).toHaveLength(1);
      expect(folders.flatMap(processesHolding)).toEqual([]);
    },
  );
});

/** Each capability is there, and the driver ends nothing. */
function leavingDriver(onFolder: (folder: string) => void): OwnedDriver {
  const capabilities = new Proxy({}, { get: () => ({ supported: true }) }) as DriverCapabilities;
  const lost = new Promise<never>(() => undefined);
  const page = { evaluate: async () => 2 };
  const driver = { name: 'leaving', capabilities, launch: async () => ({ page, lost, close: async () => undefined }) };
  return {
    executable: '/nothing',
    // The clauses call nothing else.
    driver: () => ({ ...driver, reap: async () => undefined }) as unknown as BrowserDriver,
    owner: () => {
      const owner = spawn(process.execPath, ['-e', OWNER], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      return watched(owner, onFolder);
    },
  };
}

function watched(owner: ChildProcess, onFolder: (folder: string) => void): ChildProcess {
  const send = owner.send.bind(owner);
  owner.send = (message: { readonly folder: string }) => {
    onFolder(message.folder);
    return send(message);
  };
  return owner;
}

/** Starts a browser of two processes, such as a program and its guard, which outlive this owner. */
const OWNER = `process.once('message', ({ folder }) => {
  const options = { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, TMPDIR: folder } };
  process.send(require('node:child_process').spawn('sh', ['-c', 'sleep 1000 & exec sleep 1000'], options).pid);
});`;
