// /organizations/{id}/value-lists: owners and admins keep lists of values that rules use.
import * as v from 'valibot'
import { changeValueList, dropValueList, valueListsOf } from '../../application/alerts/change-lists.ts'
import type { ChangeRulesPorts } from '../../application/alerts/change-rules.ts'
import { GivenList, ListName, listsMax } from '../../domain/alerts/lists/value-list.ts'
import { listOf } from '../../domain/log/event-views.ts'
import { authorOf } from '../http/author.ts'
import { readJson } from '../http/body.ts'
import type { AddressSettings } from '../http/client-context.ts'
import { forManagers, type ManagerPorts } from '../http/managers.ts'
import { failure, invalid, notFound, ok, type Problem, respondTo } from '../http/responses.ts'

export type ValueListsPorts = ManagerPorts & ChangeRulesPorts & { readonly address: AddressSettings }

/** GET /organizations/{id}/value-lists: every list, by name; the known ones also while they are empty. */
export const listValueLists = forManagers(async (_request, organizationId, ports: ValueListsPorts) =>
  ok(listOf(await valueListsOf(ports, organizationId), null)),
)

/** PUT /organizations/{id}/value-lists/{name}: a list with all its values, new or in the place of the one of this name. */
export const putValueList = forManagers(async (request, organizationId, ports: ValueListsPorts, caller) => {
  const name = v.safeParse(ListName, request.params.name)
  if (!name.success) return respondTo(nameUnfit)
  const body = await readJson(request, GivenList)
  if (body.kind !== 'json') return respondTo(body)

  const put = await changeValueList(ports, authorOf(request, organizationId, caller, ports), name.output, body.value)
  switch (put.kind) {
    case 'put':
      return ok(put.view)
    case 'unfit':
      return respondTo(
        invalid(Object.fromEntries(put.unfit.map(({ index, problem }) => [`values.${index}`, [problem]]))),
      )
    case 'refused':
      return respondTo(problems[put.reason])
  }
})

/** DELETE /organizations/{id}/value-lists/{name}: deletes a list that no rule uses; a known one is empty then, used or not. */
export const deleteValueList = forManagers(async (request, organizationId, ports: ValueListsPorts, caller) => {
  const name = v.safeParse(ListName, request.params.name)
  if (!name.success) return notFound()

  const deleted = await dropValueList(ports, authorOf(request, organizationId, caller, ports), name.output)
  if (deleted.kind === 'dropped') return { status: 204 }
  return deleted.reason === 'list-used' ? failure(409, usedBy(deleted.titles)) : notFound()
})

/** Most rules that are named. */
const rulesNamedMax = 5

function usedBy(titles: readonly string[]): string {
  const more = titles.length - rulesNamedMax
  const named = titles.slice(0, rulesNamedMax).map((title) => `“${title}”`)
  return `Rules use this list: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Change them first, or empty the list.`
}

const nameUnfit = invalid({ name: ['must be 1 to 64 of a to z, 0 to 9 and _'] })

const problems: Readonly<Record<'too-many-lists' | 'lists-too-long' | 'kind-fixed', Problem>> = {
  'too-many-lists': { kind: 'conflict', message: `An organization has at most ${listsMax} lists.` },
  'lists-too-long': { kind: 'conflict', message: 'The lists of the organization are too long together.' },
  'kind-fixed': invalid({ kind: ['must be that of this list, which every organization has'] }),
}
