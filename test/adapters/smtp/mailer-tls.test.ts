// Handing mail over as in production: with TLS, to public addresses alone. The connection to one is led to a server on this machine at the last moment.
import { Socket } from 'node:net'
import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { smtpMailer } from '../../../src/adapters/smtp/mailer.ts'
import type { OutgoingMail } from '../../../src/domain/notifications/messages/mail.ts'
import { instant } from '../../support/events.ts'
import { certificateFor } from '../../support/servers/certificate.ts'
import {
  type MailServerOptions,
  type MailTestServer,
  mailUser,
  startMailServer,
} from '../../support/servers/mail-server.ts'

const host = 'smtp.example.test'
const trusted = certificateFor(host)
const authorities = tls.getCACertificates()
const connect = Socket.prototype.connect

const servers: MailTestServer[] = []
/** Where each connection was about to go. */
const ports: unknown[] = []
let led = 0

beforeEach(() => {
  ports.length = 0
  tls.setDefaultCACertificates([trusted.cert])
  Reflect.set(Socket.prototype, 'connect', function (this: Socket, options: unknown, ...rest: unknown[]) {
    return Reflect.apply(connect, this, [ledHere(options), ...rest])
  })
})
afterEach(async () => {
  Reflect.set(Socket.prototype, 'connect', connect)
  tls.setDefaultCACertificates(authorities)
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

/** The same options of a connection, but to the server of this test. */
function ledHere(options: unknown): unknown {
  const [first] = Array.isArray(options) ? options : [options]
  if (typeof first !== 'object' || first === null || !('port' in first)) return options
  ports.push(first.port)
  return { ...first, host: '127.0.0.1', port: led, lookup: undefined }
}

async function start(options: MailServerOptions): Promise<MailTestServer> {
  const server = await startMailServer(options)
  servers.push(server)
  led = server.port
  return server
}

const mailer = smtpMailer({ resolve: async () => ['8.8.8.8'], now: () => 0 })
const mail = (port: number, name = host): OutgoingMail => ({
  method: 'MAIL',
  server: { host: name, port, ...mailUser },
  from: 'keytrail@acme.test',
  to: ['alice@acme.test'],
  recipients: ['alice@acme.test'],
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
  messageId: '<a@acme.test>',
  follows: null,
  date: instant('2026-11-20T10:05:00Z'),
})

test.each([
  ['upgraded on port 587', 587, false],
  ['upgraded on any other port', 2_525, false],
  ['encrypted from the start on port 465', 465, true],
])('a connection is %s', async (_, port, isImplicit) => {
  const server = await start({ tls: trusted, isImplicit })
  expect(await mailer.send(mail(port))).toMatchObject({ kind: 'response', status: 250 })
  expect(server.mails).toMatchObject([{ isSecure: true }])
  expect(ports).toContain(port)
})

test('a server without TLS gets neither password nor message', async () => {
  const server = await start({})
  expect(await mailer.send(mail(587))).toMatchObject({ kind: expect.stringMatching(/network|response/) })
  expect(server.mails).toEqual([])
})

test.each([587, 465])(
  'a certificate for another name, or of an unknown authority, is refused on port %i',
  async (port) => {
    const other = await start({ tls: trusted, isImplicit: port === 465 })
    expect(await mailer.send(mail(port, 'smtp.other.test'))).toMatchObject({ kind: 'network' })
    const unknown = await start({ tls: certificateFor(host), isImplicit: port === 465 })
    expect(await mailer.send(mail(port))).toMatchObject({ kind: 'network' })
    expect([...other.mails, ...unknown.mails]).toEqual([])
  },
)
