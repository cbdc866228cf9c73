// Slack for tests: with its secrets in clear, and as requests describe it; secrets in requests hold "s3cret".
/** An incoming webhook. */
export const slackWebhook = {
  open: { kind: 'slack-webhook', url: 'https://hooks.slack.com/services/T0/B0/x' },
  request: { kind: 'slack-webhook', url: 'https://hooks.slack.com/services/T0/B0/s3cret-slack' },
} as const

/** A bot. */
export const slackBot = {
  open: { kind: 'slack-bot', token: 'xoxb-1', channel: 'C0123456789' },
  request: { kind: 'slack-bot', token: 'xoxb-s3cret-bot', channel: 'C0123456789' },
} as const
