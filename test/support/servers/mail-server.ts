// A mail server for tests, of the package smtp-server: it stores what it takes, and refuses what a test says.
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** A message as it came: its envelope, its source, and whether the connection was encrypted. */
export type TakenMail = {
  readonly from: string
  readonly to: readonly string[]
  readonly source: string
  readonly isSecure: boolean
}

export type MailServerOptions = {
  /** A key and its certificate; absent: no TLS, and passwords in plain text. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** TLS from the start. */
  readonly isImplicit?: boolean
  /** The reply to the n-th (from 1) use of a command, as its code; undefined: it is taken. */
  readonly reply?: (command: 'CONNECT' | 'MAIL' | 'DATA' | string, use: number) => number | undefined
  /** Never replies to a message. */
  readonly isSilent?: boolean
}

/** The one user. */
export const mailUser = { user: 'keytrail', password: 'p4ss' } as const

/** Starts a server at a free port of this machine. A recipient's command is `RCPT` and the address. */
export async function startMailServer({ tls, isImplicit = false, reply, isSilent = false }: MailServerOptions = {}) {
  const mails: TakenMail[] = []
  const uses = new Map<string, number>()
  const refusalOf = (command: string): Error | null => {
    const use = (uses.get(command) ?? 0) + 1
    uses.set(command, use)
    const code = reply?.(command, use)
    return code === undefined ? null : Object.assign(new Error('s3cret text of the server'), { responseCode: code })
  }
  const server = new SMTPServer({
    ...(tls ?? { hideSTARTTLS: true }),
    secure: isImplicit,
    allowInsecureAuth: !tls,
    logger: false,
    closeTimeout: 0,
    onConnect: (_session, done) => done(refusalOf('CONNECT')),
    onAuth: ({ username, password }, _session, done) =>
      username === mailUser.user && password === mailUser.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('no'), { responseCode: 535 })),
    onMailFrom: (_address, _session, done) => done(refusalOf('MAIL')),
    onRcptTo: ({ address }, _session, done) => done(refusalOf(`RCPT ${address}`)),
    onData: async (stream, { envelope, secure }, done) => {
      const source = await text(stream)
      if (isSilent) return
      const refusal = refusalOf('DATA')
      const { mailFrom, rcptTo } = envelope
      if (!refusal)
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source,
          isSecure: secure,
        })
      done(refusal)
    },
  })
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return {
    port: address.port,
    mails,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

export type MailTestServer = Awaited<ReturnType<typeof startMailServer>>
