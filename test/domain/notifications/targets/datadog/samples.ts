// Datadog for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** Datadog's intake. */
export const datadog = {
  open: { kind: 'datadog', site: 'datadoghq.eu', apiKey: 'k3y', service: null, tags: ['env:prod'] },
  request: { kind: 'datadog', site: 'us3.datadoghq.com', apiKey: 's3cret-api-key' },
} as const
