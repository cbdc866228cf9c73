// The event list of an organization of a soak, read page by page.
import * as v from 'valibot'
import { randomFrom } from '../../../local/demo/random.ts'
import type { Ask } from './ask.ts'
import type { Organization } from './world.ts'

const ListPage = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      type: v.number(),
      date: v.string(),
      clientDate: v.nullable(v.string()),
      actingUserId: v.nullable(v.string()),
      ipAddress: v.nullable(v.string()),
    }),
  ),
  continuationToken: v.nullable(v.string()),
})
export type Listed = v.InferOutput<typeof ListPage>['data'][number]

/** Every event of the list, as the app returns it. */
export async function listOf({ id, people }: Organization, ask: Ask): Promise<Listed[]> {
  const events: Listed[] = []
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  const range = `pageSize=1000&expand=none&start=${at(-10)}&end=${at(2)}`
  for (let token: string | null = ''; token !== null; ) {
    const after: string = token === '' ? '' : `&continuationToken=${encodeURIComponent(token)}`
    const body = await ask(randomFrom(1), `GET /organizations/${id}/events?${range}${after}`, people[0]?.token ?? '')
    if (body === undefined) continue
    const page = v.parse(ListPage, body)
    events.push(...page.data)
    token = page.continuationToken
  }
  return events
}
