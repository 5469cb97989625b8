// Runs the whole Bluesky network until the tests hang up: account server (PDS), directory (PLC) and
// the public index (AppView), which counts likes, reposts, quotes and answers.
//
//   node start-index.mjs '{"pdsPort": 41001, "plcPort": 41002, "indexPort": 41003,
//                          "postgres": "postgresql://…", "redis": "127.0.0.1:41004"}'
//
// Prints one line of JSON when it answers, and one after each line that comes in, once the index has
// taken in everything that was written before. It ends when standard input is closed.
import net from 'node:net'
import readline from 'node:readline'

const { pdsPort, plcPort, indexPort, postgres, redis } = JSON.parse(process.argv[2])

// None of the servers has a setting for the address it listens on: see start.mjs.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port === 'object') return listen.call(this, { ...port, host: '127.0.0.1' }, ...rest)
  return listen.call(this, port, '127.0.0.1', ...rest.filter((one) => typeof one !== 'string'))
}

process.env.LOG_ENABLED = 'false'
process.env.REDIS_HOST = redis

// Loaded only now: the servers' own loggers read their settings while they are imported.
const { TestNetwork } = await import('@atproto/dev-env')

const network = await TestNetwork.create({
  dbPostgresUrl: postgres,
  dbPostgresSchema: 'index',
  plc: { port: plcPort },
  pds: { port: pdsPort, hostname: 'localhost' },
  bsky: { port: indexPort },
})
const say = (word) => console.log(JSON.stringify({ [word]: true }))
say('ready')

const lines = readline.createInterface({ input: process.stdin })
lines.on('line', async () => {
  await network.processAll()
  say('settled')
})
lines.on('close', async () => {
  await network.close()
  process.exit(0)
})
