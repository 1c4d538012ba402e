import { describe, expect, it } from 'vitest';
import { findParts } from './finder.js';
import { readModules } from './modules.js';
import { fakePage } from './testing/fake-page.js';
import { watchVersion } from './version.js';

/** Returns the version of a page whose document contains these data texts. */
function setUp(...texts: readonly string[]) {
  const { page } = fakePage();
  let searches = 0;
  Object.assign(page.document, {
    querySelectorAll: () => {
      searches += 1;
      return texts.map((textContent) => ({ textContent }));
    },
  });
  const version = watchVersion(page, findParts(page, readModules(page, 0)));
  return { page, version, searches: () => searches };
}

describe('The version of the page', () => {
  it('comes from its scripts once they have run', () => {
    const { page, version } = setUp('{"client_revision":1048032155}');
    Object.assign(page, { Debug: { VERSION: '2.3000.1' } });
    expect(version.read()).toBe('2.3000.1');
  });

  it('comes from the document’s data before that; the data is searched once', () => {
    const { version, searches } = setUp('{}', '{"server_revision":1,"client_revision":1048032155,"push_phase":"C3"}');
    expect([version.read(), version.read()]).toEqual(['2.3000.1048032155', '2.3000.1048032155']);
    expect(searches()).toBe(1);
  });

  it('is unknown if the data has no number, or one that is no build', () => {
    expect(setUp('{}', '{"client_revision":1}').version.read()).toBeUndefined();
    expect(setUp().version.read()).toBeUndefined();
  });
});
