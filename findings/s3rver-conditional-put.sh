#!/usr/bin/env bash
# s3rver answers a conditional PUT with 200 and overwrites, whatever the condition: two owners both get a lease on it.
# Needs bash, Node 20 or later with npm. Downloads 10 MB; takes about 8 s.
set -euo pipefail

S3RVER=3.7.1
AWS4FETCH=1.0.20
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 npm install --silent --no-audit --no-fund --ignore-scripts "s3rver@$S3RVER" "aws4fetch@$AWS4FETCH" >/dev/null

cat >probe.mjs <<'JS'
import { mkdirSync } from 'node:fs';
import { AwsClient } from 'aws4fetch';
import S3rver from 's3rver';

mkdirSync('data');
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: 'data', configureBuckets: [{ name: 'leases' }] });
const { port } = await server.run();
const client = new AwsClient({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', service: 's3', region: 'us-east-1', retries: 0 });
const put = async (body, headers) => (await client.fetch(`http://127.0.0.1:${port}/leases/main`, { method: 'PUT', body, headers })).status;
const get = async () => (await client.fetch(`http://127.0.0.1:${port}/leases/main`)).text();

const first = await put('owner a', { 'if-none-match': '*' });
const second = await put('owner b', { 'if-none-match': '*' });
const stale = await put('owner c', { 'if-match': '"00000000000000000000000000000000"' });
const owner = await get();
await server.close();
console.log(`SEEN      If-None-Match: * gives ${first}, then ${second}; If-Match of another version gives ${stale}; the object is of "${owner}"`);
process.exit(first === 200 && second === 200 && stale === 200 && owner === 'owner c' ? 0 : 1);
JS

echo "VERSION   s3rver $S3RVER, aws4fetch $AWS4FETCH"
cat <<'TEXT'
EXPECTED  200, 412, 412, "owner a": RFC 9110, sections 13.1.1 and 13.1.2, says that a server must not perform
          the method when the condition is false, and Amazon S3 (conditional writes) answers 412 Precondition
          Failed.
TEXT
timeout 100 node probe.mjs
