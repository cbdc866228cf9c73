// The request that tells a target of some notifications, whatever kind of target it is. Pure.
import type { Instant } from '../../instant.ts'
import type { Batch, MessageContext, OutgoingRequest } from '../messages/request.ts'
import { datadogRequest } from './datadog/message.ts'
import type { OpenTarget } from './open-targets.ts'
import { slackRequest } from './slack/message.ts'
import { hecRequest } from './splunk-hec/message.ts'
import { teamsRequest } from './teams/message.ts'
import { webhookRequest } from './webhook/message.ts'

/** The request for a batch that `nextBatch` put together; `now` is when it is sent. */
export function buildRequest(target: OpenTarget, batch: Batch, about: MessageContext, now: Instant): OutgoingRequest {
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
