// PagerDuty for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** A service's integration. */
export const pagerDuty = {
  open: { kind: 'pagerduty', site: 'events.pagerduty.com', routingKey: 'k'.repeat(32) },
  request: { kind: 'pagerduty', site: 'events.eu.pagerduty.com', routingKey: `s3cret${'0'.repeat(26)}` },
} as const
