// /organizations/{id}/alert-exceptions: owners and admins except events from what rules count, for a reason and a time.
import * as v from 'valibot'
import {
  type ExceptionRefusal,
  endException,
  exceptEvents,
  listExceptions,
} from '../../application/alerts/change-exceptions.ts'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { exceptionsMax } from '../../domain/alerts/configuration/change-exceptions.ts'
import { muteDaysMax } from '../../domain/alerts/configuration/mutes.ts'
import { ExceptionConditions } from '../../domain/alerts/exceptions/conditions.ts'
import { ExceptionReason } from '../../domain/alerts/exceptions/exception.ts'
import { Guid, parseGuid } from '../../domain/guid.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

export type AlertExceptionsPorts = ManagerPorts & ChangeRulesPorts & { readonly address: AddressSettings }

// Every rule, and no end, have to be said.
export const NewException = v.strictObject({
  ruleId: v.nullable(Guid),
  conditions: ExceptionConditions,
  reason: ExceptionReason,
  until: v.nullable(v.string()),
})

/** GET /organizations/{id}/alert-exceptions: every exception that lasts, in the order they were made. */
export const listAlertExceptions = forManagers(async (_request, organizationId, ports: AlertExceptionsPorts) =>
  ok(listOf(await listExceptions(ports, organizationId), null)),
)

/** POST /organizations/{id}/alert-exceptions: a new exception, of a rule that there is or of every rule. */
export const createAlertException = forManagers(
  async (request, organizationId, ports: AlertExceptionsPorts, caller) => {
    const body = await readJson(request, NewException)
    if (body.kind !== 'json') return respondTo(body)

    const excepted = await exceptEvents(ports, authorOf(request, organizationId, caller, ports), body.value)
    return excepted.kind === 'refused' ? respondTo(problems[excepted.reason]) : { status: 201, jsonBody: excepted.view }
  },
)

/** DELETE /organizations/{id}/alert-exceptions/{exceptionId}: ends an exception. */
export const deleteAlertException = forManagers(
  async (request, organizationId, ports: AlertExceptionsPorts, caller) => {
    const exceptionId = parseGuid(request.params.exceptionId)
    if (!exceptionId) return notFound()

    const ended = await endException(ports, authorOf(request, organizationId, caller, ports), exceptionId)
    return ended.kind === 'refused' ? notFound() : { status: 204 }
  },
)

const problems: Readonly<Record<ExceptionRefusal, Problem>> = {
  'rule-unknown': invalid({ ruleId: ['is no rule of this organization'] }),
  'rule-always-on': {
    kind: 'conflict',
    message: 'This rule watches over alerting itself: nothing can be excepted from it.',
  },
  'until-unfit': invalid({ until: [`must be a time to come, at most ${muteDaysMax} days ahead`] }),
  'exception-too-wide': invalid({
    conditions: ['must name a person, a network, an item or a service account to cover every rule'],
  }),
  'too-many-exceptions': { kind: 'conflict', message: `An organization has at most ${exceptionsMax} exceptions.` },
  'exceptions-too-long': {
    kind: 'conflict',
    message: 'The exceptions of the organization are too long together: end some, or name fewer values.',
  },
  'rule-deleted': { kind: 'not-found' },
}
