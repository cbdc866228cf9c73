// Which URLs are Slack's.
import { describe, expect, test } from 'vitest'
import { urlProblem } from '../../../../../src/domain/notifications/targets/definition/endpoint-urls.ts'
import { slackHostRule } from '../../../../../src/domain/notifications/targets/slack/webhook.ts'

const problem = (text: string) => urlProblem(text, { allowLoopback: false }, slackHostRule)

describe("Slack's URL", () => {
  test.each(['https://hooks.slack.com/services/T0/B0/x', 'https://hooks.slack-gov.com/services/T0/B0/x'])(
    'is %s',
    (text) => expect(problem(text)).toBeUndefined(),
  )

  test.each([
    'https://hooks.slack.com.evil.test/services/T0/B0/x',
    'https://evil.test/services/T0/B0/x',
    'https://hooks.slack.com:8443/services/T0/B0/x',
    'https://hooks.slack.com/triggers/T0/x',
    'https://slack.com/services/T0',
  ])('is not %s', (text) => expect(problem(text)).toMatch(/^is not /))
})
