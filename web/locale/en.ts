// The page in English: every view's texts under its name.
import { alerts } from './en/alerts.ts'
import { core } from './en/core.ts'
import { events } from './en/events.ts'
import { integrations } from './en/integrations.ts'
import { overview } from './en/overview.ts'
import { rules } from './en/rules.ts'

export const en = { core, events, overview, alerts, rules, integrations } as const
