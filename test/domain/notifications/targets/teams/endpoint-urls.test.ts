// Which URLs are Teams's.
import { describe, expect, test } from 'vitest'
import { urlProblem } from '../../../../../src/domain/notifications/targets/definition/endpoint-urls.ts'
import { teamsHostRule } from '../../../../../src/domain/notifications/targets/teams/teams.ts'

const problem = (text: string) => urlProblem(text, { allowLoopback: false }, teamsHostRule)

describe("Teams's URL", () => {
  test.each([
    'https://prod-12.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=y',
    'https://default1.2.environment.api.powerplatform.com/powerautomate/x',
  ])('is %s', (text) => expect(problem(text)).toBeUndefined())

  test.each([
    'https://logic.azure.com/workflows/x',
    'https://evillogic.azure.com/workflows/x',
    'https://prod.logic.azure.com.evil.test/workflows/x',
  ])('is not %s', (text) => expect(problem(text)).toMatch(/^is not /))
})
