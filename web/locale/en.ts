// The page in English: every view's texts under its name.
import { alerts } from './en/alerts.ts'
import { core } from './en/core.ts'
import { events } from './en/events.ts'
import { exceptions, lists } from './en/exceptions.ts'
import { hours } from './en/hours.ts'
import { incidents } from './en/incidents.ts'
import { integrations } from './en/integrations.ts'
import { keys } from './en/keys.ts'
import { operations } from './en/operations.ts'
import { overview } from './en/overview.ts'
import { people } from './en/people.ts'
import { rules } from './en/rules.ts'
import { sources } from './en/sources.ts'
import { tuning } from './en/tuning.ts'

export const en = {
  core,
  events,
  overview,
  people,
  incidents,
  alerts,
  rules,
  tuning,
  exceptions,
  lists,
  hours,
  integrations,
  sources,
  keys,
  operations,
} as const
