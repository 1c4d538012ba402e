import type { BrowserHandle } from '@wakey/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../adapter/visit.js';
import { faultsOf, meet, nowhereElse } from '../support/real-documents/meet.ts';
import { type DocumentServer, serveDocument } from '../support/real-documents/serve-document.ts';

let browser: BrowserHandle;
let server: DocumentServer;

beforeAll(async () => {
  browser = await launch(undefined, nowhereElse);
  server = await serveDocument();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

const host = 'static.example.net';
const script = (attributes: string, nth = 1) =>
  `<script ${attributes} src="https://${host}/rsrc.php/${nth}.js"></script>`;
const build = '<script type="application/json" data-sjs>{"SiteData":{"client_revision":1048032155}}</script>';
const early = '<script src="data:application/x-javascript,globalThis.requireLazy=()=>undefined"></script>';
const insert = (address: string) =>
  `<script>document.head.append(Object.assign(document.createElement("script"),{src:"${address}",async:true}))</script>`;
const root = (
  head: string,
  body = '<div id="wa_web_initial_startup"><progress value="0" max="100"></progress></div>',
) => `<!doctype html><html id="whatsapp-web"><head>${head}</head><body>${body}</body></html>`;

/** Index documents that we wrote in the shapes of real ones. */
const shapes: readonly (readonly [string, string, string | undefined])[] = [
  ['names its scripts in the head and its build in data', root(early + build + script('defer')), '2.3000.1048032155'],
  [
    'names forty scripts',
    root(build + Array.from({ length: 40 }, (_, nth) => script('async', nth)).join('')),
    '2.3000.1048032155',
  ],
  ['carries no build', root(early + script('')), undefined],
  [
    'inserts its scripts by a script of its own',
    root(build + insert(`https://${host}/rsrc.php/a.js?key=hidden`)),
    '2.3000.1048032155',
  ],
  [
    'has its style and preloads out of reach too',
    root(
      `<link rel="preload" as="script" href="https://${host}/a.js"><link rel="stylesheet" href="https://${host}/a.css">${build}${script('crossorigin="anonymous"')}`,
    ),
    '2.3000.1048032155',
  ],
];

describe('A document like the real ones whose scripts cannot be loaded (a sample of the proof "real-documents")', () => {
  it.each(shapes)(
    'that %s is recognised, and unreachable with the name of its scripts’ host',
    async (_, document, version) => {
      server.document = document;
      expect(faultsOf(await meet(browser.page, server.url), host, version)).toEqual([]);
    },
  );
});
