import { describe, expect, it } from 'vitest';
import { follow, open, ready } from './following.js';

const restrictions = { timeLock: { kind: 'DEFAULT', until: 1_000 } };
const restricted = { ...ready, restrictions };
const linked = follow([...open, { type: 'linking' }, { type: 'connecting' }, restricted]);

describe('an account under restrictions', () => {
  it('is ready: the state carries the restrictions, and one notice reports them', () => {
    expect(linked.state).toMatchObject({ name: 'ready', restrictions });
    expect(linked.notices.at(-1)).toEqual({ type: 'restrictions', restrictions });
    const again = follow([{ ...ready, restrictions: structuredClone(restrictions) }], {}, linked.state);
    expect(again).toMatchObject({ state: linked.state, notices: [] });
  });

  it('reports a change while ready, and the end of all restrictions, and stays ready', () => {
    const later = { ...ready, restrictions: { timeLock: { kind: 'DEFAULT', until: 2_000 } } };
    const changed = follow([later, ready], {}, linked.state);
    expect(changed.notices).toEqual([
      { type: 'restrictions', restrictions: later.restrictions },
      { type: 'restrictions', restrictions: {} },
    ]);
    expect(changed.state).toMatchObject({ name: 'ready', since: 0, restrictions: {} });
    expect(changed.effects).toEqual(['notify', 'notify']);
  });

  it('is saved like any other session, also by the reading that reports a change', () => {
    const due = follow([{ type: 'clock', timer: 'settle' }], {}, linked.state);
    expect(due.state).toMatchObject({ saveDue: 'settled' });
    expect(follow([ready], {}, due.state).effects).toEqual(['save', 'notify']);
  });

  it('without restrictions emits no notice of restrictions', () => {
    const { state, notices } = follow([...open, { type: 'linking' }, { type: 'connecting' }, ready]);
    expect(state).toMatchObject({ restrictions: {} });
    expect(notices).not.toContainEqual(expect.objectContaining({ type: 'restrictions' }));
  });
});
