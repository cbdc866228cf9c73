// Opsgenie for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** A team's API integration. */
export const opsgenie = {
  open: { kind: 'opsgenie', site: 'api.opsgenie.com', apiKey: 'genie' },
  request: { kind: 'opsgenie', site: 'api.eu.opsgenie.com', apiKey: 's3cret-genie' },
} as const
