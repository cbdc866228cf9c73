// POST /organizations/{id}/alert-rules/preview: what a rule, saved or not, would have raised on the events that are stored.
import * as v from 'valibot'
import {
  type PreviewPorts,
  type PreviewRefusal,
  previewEventsMax,
  previewRule,
} from '../../application/alerts/preview.ts'
import type { ChangedCounts } from '../../domain/alerts/changed-counts.ts'
import { ExceptionConditions } from '../../domain/alerts/exceptions/conditions.ts'
import { previewRangeOf } from '../../domain/alerts/preview-range.ts'
import { GivenSettings, settingsErrors } from '../../domain/alerts/rule-views.ts'
import { Guid } from '../../domain/guid.ts'
import { instantAt } from '../../domain/instant.ts'
import { readJson } from '../http/body.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { invalid, ok, type Problem, respondTo } from '../http/responses.ts'

export type PreviewRoutePorts = ManagerPorts & PreviewPorts

export const PreviewRequest = v.pipe(
  v.strictObject({
    text: v.optional(v.string()),
    ruleId: v.optional(Guid),
    settings: v.optional(GivenSettings),
    except: v.optional(ExceptionConditions),
    start: v.optional(v.string()),
    end: v.optional(v.string()),
  }),
  v.check(({ text, ruleId }) => text !== undefined || ruleId !== undefined, 'has text or ruleId'),
  v.check(
    ({ text, settings, except }) => text === undefined || (settings === undefined && except === undefined),
    'has settings and except only beside ruleId alone',
  ),
)

/** What the rule would have raised; nothing is stored. */
export const previewAlertRule = forManagers(async (request, organizationId, ports: PreviewRoutePorts) => {
  const body = await readJson(request, PreviewRequest)
  if (body.kind !== 'json') return respondTo(body)
  const range = previewRangeOf(body.value.start, body.value.end, instantAt(ports.now()))
  if (range.kind === 'wrong') return respondTo(invalid({ [range.parameter]: [range.problem] }))

  const preview = await previewRule(ports, organizationId, body.value, range)
  return preview.kind === 'refused' ? respondTo(problemOf(preview)) : ok(preview.view)
})

function problemOf(refusal: PreviewRefusal): Problem {
  switch (refusal.reason) {
    case 'rule-unknown':
      return { kind: 'not-found' }
    case 'rule-invalid':
      return { kind: 'invalid-rule', problems: refusal.problems }
    case 'settings-invalid':
      return invalid(settingsErrors(refusal.problems, 'settings.'))
    case 'too-many-events':
      return { kind: 'too-large', message: refusal.counts ? `${tooMany} ${countsWords[refusal.counts]}` : tooMany }
  }
}

/** What is known without a preview. */
const countsWords: Readonly<Record<ChangedCounts, string>> = {
  kept: 'With these settings, the rule goes on with what it has counted.',
  anew: 'With these settings, the rule counts anew from the log.',
  none: 'With these settings, the rule is off.',
}

const tooMany =
  `The range and the time before it that the rule must know of hold more than ${previewEventsMax} events. ` +
  'Choose a shorter range, or a rule with a shorter timespan.'
