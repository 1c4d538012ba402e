import type { Restrictions } from '@wakey/core';

/** Describes as text for a user what WhatsApp forbids the account: one line for each restriction. */
export function restrictionsText({ timeLock, messageCapping }: Restrictions): readonly string[] {
  return [
    ...(timeLock === undefined ? [] : [`may write only to people who wrote first${end(timeLock.until)}`]),
    ...(messageCapping === undefined ? [] : [`${capping(messageCapping)}${end(messageCapping.until)}`]),
  ];
}

function capping({ status, used, quota }: NonNullable<Restrictions['messageCapping']>): string {
  const count = used === undefined || quota === undefined ? '' : ` (${used} of ${quota})`;
  return status === 'capped'
    ? `no more new chats${count}`
    : `has started nearly all the new chats that it may start${count}`;
}

function end(until: number | undefined): string {
  return until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
}
