// A small app for the host's tests: echoes what a function is given, in the response or in its log.
const { app } = require('@azure/functions')

const echo = async (request) => ({
  jsonBody: {
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    query: Object.fromEntries(request.query),
    params: request.params,
    body: await request.text(),
  },
})
const echoAs = (by) => async (request) => ({ jsonBody: { by, params: request.params } })

app.http('echo', { methods: ['GET', 'POST'], route: 'echo', handler: echo })
app.http('echo-again', { methods: ['POST', 'PUT'], route: 'Echo', handler: echoAs('echo-again') })
app.http('echo-delete', { methods: ['DELETE'], route: 'echo', handler: echoAs('echo-delete') })
app.http('admin-page', { methods: ['GET'], route: 'administration', handler: echo })
app.http('0bad', { methods: ['GET'], route: 'bad', handler: echo })

app.http('items-by-id', { methods: ['GET'], route: 'items/{id:guid}', handler: echoAs('items-by-id') })
app.http('items-latest', { methods: ['GET'], route: 'items/{name}', handler: echoAs('items-latest') })
app.http('items-of-a', { methods: ['GET'], route: 'items/{name:alpha}', handler: echoAs('items-of-a') })
app.http('page', { methods: ['GET'], route: 'pages/{number?}', handler: echoAs('page') })
app.http('files', { methods: ['GET'], route: 'files/{*rest}', handler: echoAs('files') })
app.http('named-by-function', { methods: ['GET'], handler: echoAs('named-by-function') })

app.http('head', {
  methods: ['HEAD', 'OPTIONS'],
  route: 'head',
  handler: () => ({ headers: { 'x-seen': 'yes' }, body: 'dropped' }),
})
app.http('cors', {
  methods: ['GET', 'OPTIONS'],
  route: 'cors',
  handler: () => ({
    headers: { 'access-control-allow-origin': 'https://app.example', vary: 'Accept' },
    body: 'by the app',
  }),
})
app.http('throws', {
  methods: ['GET'],
  route: 'throws',
  handler: () => {
    throw new Error('thrown by the fixture')
  },
})
app.http('nothing', { methods: ['GET'], route: 'nothing', handler: () => undefined })
app.http('status', {
  methods: ['GET'],
  route: 'status/{status:int}',
  handler: ({ params }) => ({ status: Number(params.status), body: 'a body' }),
})
app.http('cookies', {
  methods: ['GET'],
  route: 'cookies',
  handler: () => ({
    cookies: [
      { name: 'first', value: 'a b;c', path: '/', httpOnly: true, secure: true, sameSite: 'Lax', maxAge: 60 },
      { name: 'second', value: '2', expires: new Date(1000), domain: 'keytrail.test', sameSite: 'None' },
    ],
    body: new Uint8Array([0, 255]),
  }),
})
app.http('hold', {
  methods: ['GET'],
  route: 'hold',
  handler: async (_, context) => {
    context.log('holding')
    while (process.env.FIXTURE_RELEASE !== 'yes') await new Promise((resolve) => setTimeout(resolve, 5))
    return { body: 'released' }
  },
})
app.http('setting', {
  methods: ['GET'],
  route: 'setting',
  handler: (_, context) => {
    context.log('quiet')
    return { body: process.env.FIXTURE_SETTING }
  },
})

const entryOf = (message, context) => ({
  message: Buffer.isBuffer(message) ? { bytes: message.toString('hex') } : message,
  metadata: context.triggerMetadata,
})
const record = (message, context) => {
  context.log(JSON.stringify(entryOf(message, context)))
  if (message?.fail || message === 'fail') throw new Error('failed on request')
}
app.storageQueue('text', { queueName: '%FIXTURE_QUEUE%', connection: 'FixtureStorage', handler: record })
app.storageQueue('poisoned', { queueName: '%FIXTURE_QUEUE%-poison', connection: 'FixtureStorage', handler: record })
app.generic('bytes', {
  trigger: {
    type: 'queueTrigger',
    name: 'item',
    queueName: 'fixture-bytes',
    connection: 'FixtureStorage',
    dataType: 'binary',
  },
  handler: record,
})
app.storageQueue('no-queue-name', { queueName: '%FIXTURE_UNSET%', connection: 'FixtureStorage', handler: record })

app.timer('startup', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: (timer, context) => context.log(JSON.stringify(timer)),
})
app.timer('switched-off', { schedule: '00:00:01', runOnStartup: true, handler: (_, context) => context.log('ran') })

let started = 'not started'
app.hook.appStart(() => {
  started = 'start'
})
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== 'setting') return
  const next = context.functionHandler
  context.functionHandler = async (...args) => ({ ...(await next(...args)), headers: { 'x-hook': `${started}, pre` } })
})
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === 'setting') context.result.headers['x-hook'] += ', post'
})
app.hook.log((context) => {
  if (context.message !== 'quiet') return
  context.message = 'QUIET'
  context.level = 'warning'
})
