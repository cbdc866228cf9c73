// Names of the people who acknowledge and mute: responses about alerts have only their ids.

import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { displayName } from '../locale/formats.ts'
import { datesOf } from '../overview/days.ts'
import { summaryOf } from '../overview/summary.ts'

/** Gives the name of a user who did something in the last 90 days; of any other, the first characters of the id. */
export function useUserNames(): (userId: string) => string {
  const { api, organization, t, now } = useApp()
  const { start, end } = datesOf(90, now())
  const { value } = useLoad(
    (signal) => api.get(`/organizations/${organization.id}/summary?start=${start}&end=${end}`, summaryOf, signal),
    [organization.id],
  )
  const names = new Map(value?.users.map((user) => [user.userId, displayName(user, user.userId)]))
  return (userId) => names.get(userId) ?? t('alerts.unknownPerson', { id: userId.slice(0, 8) })
}
