// E-mail for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
const common = {
  kind: 'email',
  host: 'smtp.acme.test',
  port: 587,
  user: 'keytrail',
  from: 'keytrail@acme.test',
} as const

/** A mail server, and who gets the mail. */
export const email = {
  open: { ...common, password: 'p4ss', to: ['alice@acme.test', 'bob@acme.test'] },
  request: { ...common, password: 's3cret-password', to: ['alice@acme.test', 'bob@acme.test'] },
} as const
