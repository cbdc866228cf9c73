// Rules as others write them for password managers and identity providers: each is read, or refused with a reason that helps.
import { describe, expect, test } from 'vitest'
import { compilePredicate } from '../../../../src/domain/alerts/engine/compiled/compile.ts'
import { problemsOf, rulesOf } from '../../../support/alerts/rules.ts'

describe('rules for the same log are read:', () => {
  test('an export of the vault outside working hours, but by the backup account', () => {
    const [rule] = rulesOf(`
title: Vault Export Outside Working Hours
id: 3b0ad2a4-5a4e-4f6e-9d3a-1f0f0a7f2f11
status: experimental
description: |
    Detects an export of a whole vault at night or on a weekend.
references:
    - https://bitwarden.com/help/event-logs/
author: Someone Else
date: 2025-03-02
modified: 2025-08-02
tags:
    - attack.exfiltration
    - attack.t1555.005
logsource:
    product: bitwarden
    service: events
detection:
    selection:
        type:
            - 1007
            - 1602
    night:
        - hourOfDay|gte: 20
        - hourOfDay|lt: 6
        - weekday:
            - Saturday
            - Sunday
    filter_main_backup:
        actingUserEmail|startswith: 'backup-'
        actingUserEmail|endswith: '@acme.test'
        ipAddress|cidr:
            - '10.0.0.0/8'
            - 'fd00::/8'
    filter_optional_known:
        actingUserEmail: null
    condition: selection and night and not 1 of filter_*
falsepositives:
    - Planned migrations
level: high
`)
    if (rule?.kind !== 'event') throw new Error('no rule over events')
    const matches = compilePredicate(rule)
    const exported = {
      type: 1007,
      hourOfDay: 3,
      weekday: 'Monday',
      actingUserEmail: 'carol@acme.test',
      ipAddress: '203.0.113.9',
    }
    expect(matches(exported)).toBe(true)
    expect(matches({ ...exported, hourOfDay: 9 })).toBe(false)
    expect(matches({ ...exported, hourOfDay: 9, weekday: 'Sunday' })).toBe(true)
    expect(matches({ ...exported, actingUserEmail: null })).toBe(false)
    expect(matches({ ...exported, actingUserEmail: 'Backup-1@acme.test' })).toBe(true)
    expect(matches({ ...exported, actingUserEmail: 'Backup-1@acme.test', ipAddress: 'fd00::7' })).toBe(false)
  })

  test('failed logins that end in a login, from one address', () => {
    const rules = rulesOf(`
title: Failed Login
name: failed_login
logsource: {product: bitwarden}
detection:
    selection: {eventName|startswith: User_FailedLogIn}
    condition: selection
---
title: Login
name: login
logsource: {product: bitwarden}
detection:
    selection: {eventName: User_LoggedIn}
    condition: selection
---
title: Many Failed Logins
name: many_failed_logins
correlation:
    type: event_count
    rules: [failed_login]
    group-by: [actingUserId]
    timespan: 15m
    condition: {gte: 10}
---
title: Many Failed Logins Followed By A Login
id: 8a4e2f0e-3a60-4b15-9d0c-6f1f2b4f1d22
correlation:
    type: temporal_ordered
    rules: [many_failed_logins, login]
    group-by: [actingUserId]
    timespan: 1h
level: high
`)
    expect(rules.filter(({ alerts }) => alerts).map(({ title }) => title)).toEqual([
      'Many Failed Logins Followed By A Login',
    ])
  })
})

describe('rules for other logs are refused', () => {
  test.each([
    [
      'an identity provider’s sign-in',
      `
title: Sign-in From A Suspicious Location
logsource:
    product: azure
    service: signinlogs
detection:
    selection:
        riskEventType: 'unlikelyTravel'
    condition: selection
`,
      [
        [4, 'unsupported-logsource'],
        [5, 'unsupported-logsource'],
        [8, 'unknown-field'],
      ],
    ],
    [
      'an identity provider’s audit log with names of nested fields',
      `
title: MFA Factor Reset
logsource: {product: keytrail}
detection:
    selection:
        eventtype: user.mfa.factor.deactivate
        actor.alternateId|contains: admin
    condition: selection
`,
      [
        [6, 'unknown-field'],
        [7, 'unknown-field'],
      ],
    ],
    [
      'keywords over a whole message',
      `
title: Password Manager Export
logsource: {product: bitwarden}
detection:
    keywords:
        - 'export'
        - 'exfil'
    condition: keywords
`,
      [[6, 'unsupported-keywords']],
    ],
    [
      'aggregation of Sigma 1',
      `
title: Brute Force Of A Password Manager
logsource: {product: bitwarden}
detection:
    selection: {type: 1005}
    timeframe: 5m
    condition: selection | count() by actingUserId > 10
`,
      [
        [6, 'unsupported-member'],
        [7, 'unsupported-condition'],
      ],
    ],
    [
      'encoded text and placeholders',
      `
title: Administrators By Placeholder
logsource: {product: bitwarden}
detection:
    selection:
        actingUserEmail|expand|contains: '%Administrators%'
        domainName|base64offset|contains: 'http://'
    condition: all of them
`,
      [
        [6, 'modifier-conflict'],
        [7, 'unsupported-modifier'],
      ],
    ],
    [
      'a look around in a regular expression',
      `
title: Login Of An Account Outside The Company
logsource: {product: bitwarden}
detection:
    selection:
        type: 1000
        actingUserEmail|re: '^(?!.*@acme\\.test$)'
    condition: selection
`,
      [[7, 'bad-expression']],
    ],
  ])('%s', (_, text, expected) => {
    const problems = problemsOf(text)
    expect(problems.map(({ line, reason }) => [line, reason])).toEqual(expected)
    for (const { message } of problems) expect(message.length).toBeGreaterThan(10)
  })
})
