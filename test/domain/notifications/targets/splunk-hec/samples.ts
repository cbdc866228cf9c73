// Splunk for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** A collector. */
export const splunkHec = {
  open: { kind: 'hec', url: 'https://splunk.acme.test:8088', token: 't0k', index: 'vault', source: null },
  request: { kind: 'hec', url: 'https://splunk.acme.test:8088/s3cret-hec', token: 's3cret-token' },
} as const
