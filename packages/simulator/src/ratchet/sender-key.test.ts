import { describe, expect, it } from 'vitest';
import type { Refusal } from './header.ts';
import { type KnownSenderKey, readForGroup, type SenderKey, sealForGroup } from './sender-key.ts';
import { createWatch } from './watch.ts';

/** A device that writes to a group, one member of it, and the service that watches what the device sends. */
function group() {
  const watch = createWatch();
  let own: SenderKey = { key: 'first', next: 0 };
  let known: KnownSenderKey | undefined;
  let texts = 0;

  function send() {
    texts += 1;
    const text = `text ${texts}`;
    const sealed = sealForGroup(own, text);
    own = sealed.own;
    const observed = watch.observe(sealed.header);
    const result = readForGroup(known, sealed.header, text);
    if ('refused' in result) return { refused: result.refused as Refusal | undefined, observed };
    known = result.known;
    return { refused: undefined, observed };
  }

  return {
    sends: (count: number) => Array.from({ length: count }, send),
    sender: () => own,
    member: () => known,
    restoreSender(state: SenderKey) {
      own = state;
    },
    restoreMember(state: KnownSenderKey | undefined) {
      known = state;
    },
  };
}

const refusalsOf = (sent: ReturnType<ReturnType<typeof group>['sends']>) => sent.map(({ refused }) => refused);

describe('a group whose sender is put back', () => {
  it.each([1, 10])('refuses exactly the next %i messages, and the service counts them', (count) => {
    const { sends, sender, restoreSender } = group();
    sends(5);
    const backup = sender();
    sends(count);
    restoreSender(backup);
    const later = sends(count + 5);
    expect(refusalsOf(later)).toEqual([...Array(count).fill('duplicate'), ...Array(5).fill(undefined)]);
    expect(later[0]?.observed).toMatchObject({
      verdict: 'fall-back',
      rule: 'repeated-counter',
      messages: count,
      turns: 0,
      isNews: true,
    });
    expect(later.slice(1).some(({ observed }) => observed.verdict !== 'in-order' && observed.isNews)).toBe(false);
  });

  it('reads at once after the sender has made a new key', () => {
    const { sends, sender, restoreSender } = group();
    sends(5);
    const backup = sender();
    sends(5);
    restoreSender(backup);
    expect(refusalsOf(sends(2))).toEqual(['duplicate', 'duplicate']);
    restoreSender({ key: 'second', next: 0 });
    const later = sends(3);
    expect(refusalsOf(later)).toEqual([undefined, undefined, undefined]);
    expect(later.map(({ observed }) => observed.verdict)).toEqual(['in-order', 'in-order', 'in-order']);
  });
});

describe('a member of a group that is put back', () => {
  it.each([
    [1, [undefined, undefined]],
    [1_999, [undefined, undefined]],
    [2_000, ['too-far', 'too-far']],
  ])('by %i messages reads on, unless it lacks too many', (count, expected) => {
    const { sends, member, restoreMember } = group();
    sends(5);
    const backup = member();
    sends(count);
    restoreMember(backup);
    expect(refusalsOf(sends(2))).toEqual(expected);
  });

  it('reads nothing if its state is from before it got the key', () => {
    const { sends, restoreMember } = group();
    sends(5);
    restoreMember(undefined);
    expect(refusalsOf(sends(2))).toEqual(['no-sender-key', 'no-sender-key']);
  });
});
