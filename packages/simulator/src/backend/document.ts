import { pageScript, pageStyle } from '../generated/page.ts';
import type { PageSettings } from '../protocol.ts';

/** Returns the index document, with styles and loader. `scripts`: elements for the scripts that the document loads. */
export function indexDocument(settings: PageSettings, scripts: string): string {
  return `<!doctype html>
<html id="whatsapp-web" lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<title>WhatsApp Web</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
<script type="application/json" id="simulator-settings">${json(settings)}</script>
</head>
<body>
<div id="app"><div id="wa_web_initial_startup"><progress value="0" max="100"></progress></div></div>
<script>${pageScript.replaceAll('</script', '<\\/script')}</script>
${scripts}
</body>
</html>
`;
}

function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
