// Checks an address and a key of a source without storing anything: one token, and one page of events.
import { type CheckResult, checkedRange, isClockWrong, readCheckedEvents, tokenIn } from '../../domain/sources/check.ts'
import type { SourceProblem } from '../../domain/sources/problems.ts'
import type { Addresses } from '../../domain/sources/source-input.ts'
import type { Busy, CheckApi } from '../../ports/sources.ts'

type CheckPorts = { readonly checkApi: CheckApi; readonly now: () => number }
type Checked = Pick<Addresses, 'apiUrl' | 'identityUrl'> & { readonly clientId: string; readonly clientSecret: string }

/** What is wrong with a source that has this address and key, or that nothing is. `busy`: its server was checked too often. */
export async function checkSource({ checkApi, now }: CheckPorts, checked: Checked): Promise<CheckResult | Busy> {
  const { apiUrl, identityUrl, clientId, clientSecret } = checked
  const issued = await checkApi.token({ identityUrl, clientId, clientSecret })
  if (issued.kind === 'busy') return issued
  if (issued.kind === 'failed') return problem(issued.reason)
  if (isClockWrong(issued.serverMs, now())) return problem('clock-wrong')
  const token = tokenIn(issued.body)
  if (token === undefined) return problem('not-bitwarden')

  const { start, end } = checkedRange(now())
  const query = `start=${encodeURIComponent(start)}&end=${encodeURIComponent(end)}`
  const listed = await checkApi.get(`${apiUrl}/public/events?${query}`, token)
  // The key was good a moment ago: it is the organization's data that the server refuses.
  if (listed.kind === 'failed') return problem(listed.reason === 'key-refused' ? 'access-refused' : listed.reason)
  return isClockWrong(listed.serverMs, now()) ? problem('clock-wrong') : readCheckedEvents(listed.body)
}

const problem = (reason: SourceProblem): CheckResult => ({ kind: 'problem', problem: reason })
