// The document that a new rule begins with: valid, with comments on what to change. Pure data.

/** A correlation over one kind of event, which the API accepts unchanged. */
export const starterRule = `# What is counted: events like these.
title: Exported a vault
name: vault_exported
logsource: {product: keytrail}
detection:
  selection:
    type: [1007, 1602]
  condition: selection
---
# What alerts: so many of them within this time.
title: A user exports again and again
description: Three exports of a vault within a day.
level: medium
correlation:
  type: event_count
  rules: [vault_exported]
  group-by: [actingUserId]
  timespan: 1d
  condition: {gte: 3}
falsepositives:
  - A user who moves to another machine
keytrail:
  repeat: 1d
  response: Ask the user what the exports are for.
`
