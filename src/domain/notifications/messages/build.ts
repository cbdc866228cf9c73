// The request that tells a target of some notifications, whatever kind of target it is. Pure.
import type { Instant } from '../../instant.ts'
import type { OpenTarget } from '../open-targets.ts'
import { datadogRequest } from './datadog.ts'
import { hecRequest } from './hec.ts'
import type { About, Batch, OutgoingRequest } from './outgoing.ts'
import { slackRequest } from './slack.ts'
import { teamsRequest } from './teams.ts'
import { webhookRequest } from './webhook.ts'

/** The request for a batch that `nextBatch` put together; `now` is when it is sent. */
export function buildRequest(target: OpenTarget, batch: Batch, about: About, now: Instant): OutgoingRequest {
  switch (target.kind) {
    case 'slack-webhook':
    case 'slack-bot':
      return slackRequest(target, batch, about)
    case 'teams':
      return teamsRequest(target, batch, about)
    case 'webhook':
      return webhookRequest(target, batch, about, now)
    case 'hec':
      return hecRequest(target, batch, about)
    case 'datadog':
      return datadogRequest(target, batch, about, now)
  }
}
