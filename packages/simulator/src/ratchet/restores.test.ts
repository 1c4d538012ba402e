import { describe, expect, it } from 'vitest';
import { type Couple, couple, type Letter, type Sent } from '../../test/couple.ts';
import { createWatch } from './watch.ts';

/** One turn of each side: the device answers, and the peer answers that. */
function turn({ sends, receives }: Couple): void {
  sends();
  receives();
}

/** How many of these messages were read. */
function readOf(results: readonly (string | undefined)[]): number {
  return results.filter((refused) => refused === undefined).length;
}

const refusalsOf = (sent: readonly Sent[]) => sent.map(({ refused }) => refused);

/** The verdicts that are news, with their rule and numbers. */
function newsOf(sent: readonly Sent[]) {
  return sent
    .filter(({ observed }) => observed.verdict !== 'in-order' && observed.isNews)
    .map(({ observed: { verdict, rule, messages, turns } }) => ({ verdict, rule, messages, turns }));
}

/** A couple in the middle of a conversation: the device has answered, and has sent two messages in its present chain. */
function talking(): Couple {
  const pair = couple();
  turn(pair);
  pair.sends(2);
  return pair;
}

// The rows of section 1 of the facts about ratchets, for a device that is put back to a backup.
describe('a device that is put back after it sent messages', () => {
  it.each([0, 1, 10])('loses its next %i messages, and reads everything, if nobody answered them', (sent) => {
    const pair = talking();
    const backup = pair.backup();
    pair.sends(sent);
    pair.restore(backup);
    const later = pair.sends(sent + 5);
    expect(refusalsOf(later)).toEqual([...Array(sent).fill('duplicate'), ...Array(5).fill(undefined)]);
    expect(newsOf(later)).toEqual(
      sent === 0 ? [] : [{ verdict: 'fall-back', rule: 'repeated-counter', messages: sent, turns: 0 }],
    );
    expect(readOf(pair.receives(5))).toBe(5);
  });

  it('is heard at once if the peer writes before it, and the service sees how many messages it forgot', () => {
    const pair = talking();
    const backup = pair.backup();
    pair.sends(4);
    pair.restore(backup);
    expect(readOf(pair.receives())).toBe(1);
    const later = pair.sends(5);
    expect(readOf(refusalsOf(later))).toBe(5);
    expect(newsOf(later)).toEqual([{ verdict: 'fall-back', rule: 'overtaken', messages: 4, turns: 0 }]);
  });

  it('is heard by nobody for ever if the backup is from just before its first answer, although it reads everything', () => {
    const pair = couple();
    turn(pair);
    const backup = pair.backup();
    pair.sends();
    pair.restore(backup);
    expect(readOf(pair.receives())).toBe(1);
    const later = pair.sends(50);
    expect(refusalsOf(later)).toEqual(Array(50).fill('too-far'));
    expect(newsOf(later)).toEqual([{ verdict: 'fall-back', rule: 'overtaken', messages: 1, turns: 0 }]);
    expect(readOf(pair.receives(50))).toBe(50);
    expect(readOf(refusalsOf(pair.sends(50)))).toBe(0);
  });

  it('is heard after one message if it writes first with a backup from just before its first answer', () => {
    const pair = couple();
    turn(pair);
    const backup = pair.backup();
    pair.sends();
    pair.restore(backup);
    const later = pair.sends(3);
    expect(refusalsOf(later)).toEqual(['duplicate', undefined, undefined]);
  });

  it('is heard at once if the peer writes first and the backup is from just after its first answer', () => {
    const pair = couple();
    turn(pair);
    pair.sends();
    const backup = pair.backup();
    pair.sends();
    pair.restore(backup);
    expect(readOf(pair.receives())).toBe(1);
    expect(readOf(refusalsOf(pair.sends(5)))).toBe(5);
  });

  it('shows a redelivery, and no fall-back, if it sends the same text under the same counter', () => {
    const [{ header }] = couple().sends() as [Sent];
    const watch = createWatch();
    expect(watch.observe(header).verdict).toBe('in-order');
    expect(watch.observe(header)).toMatchObject({ verdict: 'redelivery', rule: 'repeated', messages: 1 });
  });
});

describe('a device that is put back after it received messages', () => {
  // The jump to the next message is one longer than the number of messages between; libsignal allows a jump of 2,000.
  it.each([
    [1, 5],
    [1_999, 5],
    [2_000, 0],
  ])('by %i messages reads %i of the next 5, and is heard as before', (received, read) => {
    const pair = talking();
    const backup = pair.backup();
    pair.receives(received);
    pair.restore(backup);
    expect(readOf(pair.receives(5))).toBe(read);
    const later = pair.sends(5);
    expect(readOf(refusalsOf(later))).toBe(5);
    expect(newsOf(later)).toEqual([]);
  });
});

describe('a device that is put back across turns', () => {
  it('reads and is heard as before after half a turn: the peer has answered, and the device has not', () => {
    const pair = talking();
    const backup = pair.backup();
    pair.receives();
    pair.restore(backup);
    expect(readOf(pair.receives(5))).toBe(5);
    const later = pair.sends(5);
    expect(readOf(refusalsOf(later))).toBe(5);
    expect(newsOf(later)).toEqual([]);
  });

  it.each([1, 6])('by %i turns neither reads nor is heard, for ever', (turns) => {
    const pair = talking();
    const backup = pair.backup();
    for (let count = 0; count < turns; count += 1) {
      pair.receives();
      pair.sends();
    }
    pair.restore(backup);
    const [first, ...rest] = pair.sends(50);
    expect(first?.observed).toMatchObject({ verdict: 'fall-back', rule: 'earlier-turn', turns });
    expect(readOf(refusalsOf(rest))).toBe(0);
    expect(readOf(pair.receives(50))).toBe(0);
    expect(readOf(refusalsOf(pair.sends(50)))).toBe(0);
  });

  it('is seen by its other key, and is heard by nobody, if it reads the turn of the peer a second time', () => {
    const pair = talking();
    const [first, second] = pair.writes(2) as [Letter, Letter];
    const backup = pair.backup();
    pair.reads(first);
    pair.sends(3);
    pair.restore(backup);
    expect(pair.reads(second)).toBeUndefined();
    const later = pair.sends(5);
    expect(newsOf(later)).toEqual([{ verdict: 'fall-back', rule: 'other-key', messages: 3, turns: 1 }]);
    expect(readOf(refusalsOf(later))).toBe(0);
  });
});

describe('two copies of a device', () => {
  it('lose half of what they send by turns, and are told from one device that was put back', () => {
    const pair = talking();
    let [one, other] = [pair.backup(), pair.backup()];
    const sent: Sent[] = [];
    for (let count = 0; count < 10; count += 1) {
      pair.restore(one);
      sent.push(...pair.sends());
      one = pair.backup();
      pair.restore(other);
      sent.push(...pair.sends());
      other = pair.backup();
    }
    expect(readOf(refusalsOf(sent))).toBe(10);
    expect(newsOf(sent).map(({ verdict }) => verdict)).toContain('two-copies');
  });

  it('read the same as long as they only read', () => {
    const pair = talking();
    const before = pair.backup();
    expect(readOf(pair.receives(10))).toBe(10);
    pair.restore(before);
    expect(readOf(pair.receives(10))).toBe(10);
  });

  it('leave the other one deaf and mute once one has answered twice', () => {
    const pair = talking();
    const other = pair.backup();
    for (let count = 0; count < 2; count += 1) {
      pair.receives();
      pair.sends();
    }
    pair.restore(other);
    expect(readOf(pair.receives(60))).toBe(0);
    expect(readOf(refusalsOf(pair.sends(60)))).toBe(0);
  });
});
