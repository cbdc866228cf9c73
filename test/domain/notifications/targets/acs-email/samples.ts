// Azure Communication Services for tests: with its access key in clear, and as requests describe it; secrets in requests hold "s3cret".
const common = {
  kind: 'acs-email',
  host: 'acme.communication.azure.com',
  from: 'keytrail@acme.test',
  to: ['alice@acme.test', 'bob@acme.test'],
} as const

/** A resource, who sends, and who gets the mail. */
export const acsEmail = {
  open: {
    ...common,
    to: [...common.to],
    accessKey: Buffer.from('an access key of 32 bytes, or so').toString('base64'),
  },
  request: { ...common, to: [...common.to], accessKey: 's3cret00'.repeat(8) },
} as const
