// Makes some calls as a program in Node does, and prints what it heard of each: a list, in JSON.
// Its one argument, in JSON: tools (a node_modules), protos (folders), address, and calls of service, method, request, token.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { tools, protos, address, calls } = JSON.parse(process.argv[2]);
const require = createRequire(join(tools, 'here.js'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const details = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; }`, { keepCase: true }).root;

function reasonOf(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) return null;
  const info = details.lookupType('google.rpc.Status').decode(bytes).details.find(d => d.type_url.endsWith('google.rpc.ErrorInfo'));
  return info ? details.lookupType('google.rpc.ErrorInfo').decode(info.value).reason : null;
}

function call({ service, method, request, token }) {
  const path = `${service.toLowerCase().split('.').slice(0, -1).join('/')}/${service.split('.').at(-1).replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase()}.proto`;
  const found = service.split('.').reduce((within, name) => within[name], grpc.loadPackageDefinition(loader.loadSync(path, { includeDirs: protos })));
  const client = new found(address, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  return new Promise(resolve => client[method](request, metadata, { deadline: Date.now() + 30000 }, error => {
    client.close();
    resolve(error ? { code: grpc.status[error.code], message: error.details, reason: reasonOf(error) } : { code: 'OK' });
  }));
}

console.log(JSON.stringify(await Promise.all(calls.map(call))));
