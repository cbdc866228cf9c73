// Handing mail over to a server on this machine: whole messages, refusals of every kind, and time that runs out.
import { afterEach, expect, test } from 'vitest'
import { smtpMailer } from '../../../src/adapters/smtp/mailer.ts'
import type { OutgoingMail } from '../../../src/domain/notifications/messages/mail.ts'
import { instant } from '../../support/events.ts'
import {
  type MailServerOptions,
  type MailTestServer,
  mailUser,
  startMailServer,
  type TakenMail,
} from '../../support/servers/mail-server.ts'

const servers: MailTestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function start(options?: MailServerOptions): Promise<MailTestServer> {
  const server = await startMailServer(options)
  servers.push(server)
  return server
}

const everyone = ['alice@acme.test', 'bob@acme.test', 'carol@acme.test']
const mailTo = ({ port }: Pick<MailTestServer, 'port'>, more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  method: 'MAIL',
  server: { host: '127.0.0.1', port, ...mailUser },
  from: 'keytrail@acme.test',
  to: everyone,
  recipients: everyone,
  subject: 'Ä subject',
  text: 'Hello\n.\n',
  html: '<p>Hello</p>',
  messageId: '<a@acme.test>',
  follows: '<b@acme.test>',
  date: instant('2026-11-20T10:05:00Z'),
  ...more,
})
const mailer = smtpMailer({ allowLoopback: true, now: () => 0 })
const taken = { kind: 'response', status: 250, body: '', retryAfter: null, latencyMs: 0 }

const headerOf = ({ source }: TakenMail, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(source.split(/\r?\n\r?\n/)[0] ?? '')?.[1]

test('a message arrives whole: envelope, ids, date, subject, both forms', async () => {
  const server = await start()
  expect(await mailer.send(mailTo(server))).toEqual(taken)
  const [mail] = server.mails
  expect(mail).toMatchObject({ from: 'keytrail@acme.test', to: everyone })
  if (!mail) return
  expect(headerOf(mail, 'From')).toBe('Keytrail <keytrail@acme.test>')
  for (const address of everyone) expect(headerOf(mail, 'To')).toContain(address)
  expect(headerOf(mail, 'Message-ID')).toBe('<a@acme.test>')
  expect(headerOf(mail, 'In-Reply-To')).toBe('<b@acme.test>')
  expect(headerOf(mail, 'References')).toBe('<b@acme.test>')
  expect(headerOf(mail, 'Date')).toBe('Fri, 20 Nov 2026 10:05:00 +0000')
  expect(headerOf(mail, 'Auto-Submitted')).toBe('auto-generated')
  expect(headerOf(mail, 'Subject')).toMatch(/^=\?UTF-8\?/i)
  expect(mail.source).toContain('Content-Type: text/plain')
  expect(mail.source).toContain('<p>Hello</p>')
})

test('only those get it who have not got it yet; for nobody, no server is asked', async () => {
  const server = await start()
  await mailer.send(mailTo(server, { recipients: ['bob@acme.test'] }))
  expect(server.mails.map(({ to }) => to)).toEqual([['bob@acme.test']])
  expect(await mailer.send(mailTo({ port: 1 }, { recipients: [] }))).toEqual(taken)
})

test.each([
  ['a wrong password', {}, { server: { host: '127.0.0.1', ...mailUser, password: 'wrong' } }, 535, 'AUTH'],
  ['the sender', { MAIL: 550 }, {}, 550, 'MAIL FROM'],
  ['every recipient', { RCPT: 550 }, {}, 550, 'RCPT TO'],
  ['every recipient for now', { RCPT: 451 }, {}, 451, 'RCPT TO'],
  ['the message', { DATA: 554 }, {}, 554, 'DATA'],
  ['the message for now', { DATA: 452 }, {}, 452, 'DATA'],
] as const)(
  'a refusal of %s is a reply with its code and command, and no text of the server',
  async (_, codes, more, status, body) => {
    const known: Readonly<Record<string, number>> = codes
    const server = await start({ reply: (command) => known[command.split(' ')[0] ?? ''] })
    const given = mailTo(server)
    const mail = 'server' in more ? { ...given, server: { ...more.server, port: server.port } } : given
    const outcome = await mailer.send(mail)
    expect(outcome).toEqual({ ...taken, status, body })
    expect(server.mails).toEqual([])
  },
)

test('of a message that is refused for some, those are named; a refusal that passes counts first', async () => {
  const codes: Readonly<Record<string, number>> = { 'RCPT alice@acme.test': 550, 'RCPT carol@acme.test': 450 }
  const server = await start({ reply: (command) => codes[command] })
  const refused = ['alice@acme.test', 'carol@acme.test']
  expect(await mailer.send(mailTo(server))).toEqual({ ...taken, status: 450, body: 'RCPT TO', refused })
  expect(server.mails.map(({ to }) => to)).toEqual([['bob@acme.test']])
})

test('a server that turns every connection away for now has replied', async () => {
  const server = await start({ reply: (command) => (command === 'CONNECT' ? 421 : undefined) })
  expect(await mailer.send(mailTo(server))).toMatchObject({ kind: 'response', status: 421 })
})

test('a server that is not there, or not in time, is no response', async () => {
  const gone = await startMailServer()
  await gone.stop()
  expect(await mailer.send(mailTo(gone))).toMatchObject({ kind: 'network' })
  const silent = await start({ isSilent: true })
  const hurried = smtpMailer({ allowLoopback: true, timeLimitMs: 300 })
  expect(await hurried.send(mailTo(silent))).toEqual({ kind: 'timeout' })
})

test.each([
  ['a private address', '10.0.0.1'],
  ['the metadata service', '169.254.169.254'],
  ['this machine', '127.0.0.1'],
  ['a name of this machine', 'localhost'],
  ['a name of the network', 'mail.internal'],
])('%s is refused in production', async (_, host) => {
  const server = { host, port: 587, ...mailUser }
  expect(await smtpMailer().send(mailTo({ port: 587 }, { server }))).toEqual({
    kind: 'refused-address',
    reason: 'address-not-public',
  })
})

test('a name that leads to a private address beside a public one is refused', async () => {
  const production = smtpMailer({ resolve: async () => ['8.8.8.8', '10.0.0.1'] })
  const server = { host: 'smtp.acme.test', port: 587, ...mailUser }
  expect(await production.send(mailTo({ port: 587 }, { server }))).toMatchObject({ kind: 'refused-address' })
})
