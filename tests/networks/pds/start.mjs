// Runs a Bluesky server (PDS) and the directory of accounts it needs (PLC) until the tests hang up.
//
//   node start.mjs '{"folder": "pds-data", "pdsPort": 41001, "plcPort": 41002, "rateLimits": false}'
//
// Prints one line of JSON when both answer. Both end when standard input is closed, so that no
// server outlives the tests, however those end.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'

const { folder, pdsPort, plcPort, rateLimits } = JSON.parse(process.argv[2])

// Neither server has a setting for the address it listens on, and both would listen to the whole
// neighbourhood. This is a server for this machine's tests.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest)
}

const blobs = path.join(folder, 'blobs')
mkdirSync(blobs, { recursive: true })
Object.assign(process.env, {
  LOG_ENABLED: 'false',
  PDS_DEV_MODE: 'true',
  PDS_HOSTNAME: 'localhost',
  PDS_PORT: String(pdsPort),
  PDS_DATA_DIRECTORY: folder,
  PDS_BLOBSTORE_DISK_LOCATION: blobs,
  PDS_DID_PLC_URL: `http://127.0.0.1:${plcPort}`,
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_DISABLE_SSRF_PROTECTION: 'true',
  PDS_RATE_LIMITS_ENABLED: String(rateLimits),
  // There is no index of all posts and nobody to tell of new ones: the server stands alone.
  PDS_CRAWLERS: '',
  PDS_BSKY_APP_VIEW_URL: 'http://127.0.0.1:9',
  PDS_BSKY_APP_VIEW_DID: 'did:web:index.example',
  PDS_JWT_SECRET: randomBytes(16).toString('hex'),
  PDS_ADMIN_PASSWORD: randomBytes(16).toString('hex'),
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: randomBytes(32).toString('hex'),
})

// Loaded only now: the server's own logger reads its settings while it is imported.
const { PDS, envToCfg, envToSecrets, readEnv } = await import('@atproto/pds')
const { default: directory } = await import('@did-plc/server')

const plc = directory.PlcServer.create({ db: directory.Database.mock(), port: plcPort })
await plc.start()
const environment = readEnv()
const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
await pds.start()
console.log(JSON.stringify({ ready: true }))

process.stdin.resume()
process.stdin.on('close', async () => {
  await pds.destroy()
  await plc.destroy()
  process.exit(0)
})
