// The tables whose rows are checked each by itself: every one but the event table, whose rows are checked together.
import { alertTableName } from '../alerts/alert-store.ts'
import { alertRows } from '../alerts/rows.ts'
import { alertRuleRows, alertRuleTableName } from '../alerts/rule-configurations.ts'
import { scheduleRows, scheduleTableName } from '../alerts/schedule.ts'
import type { RowChecks } from '../damaged-rows.ts'
import { directoryTableRows } from '../directory/checks.ts'
import { directoryTableName } from '../directory/directory.ts'
import { integrationRows, integrationTableName } from '../integrations/integrations.ts'
import { apiKeyRows } from '../keys/api-keys.ts'
import { apiKeyTableName } from '../keys/key-row.ts'
import { notificationRows, notificationTableName } from '../outbox/outbox.ts'
import { usedTokenRows, usedTokenTableName } from '../sign-in/used-tokens.ts'
import { sourceRows, sourceTableName } from '../sources/sources.ts'
import { summaryRows, summaryTableName } from '../summary/summaries.ts'
import { tallyRows, tallyTableName } from '../tallies/tallies.ts'

/** By the name of the table, how its rows are checked, and what to do about damaged ones. */
export const checkedTables: ReadonlyMap<string, RowChecks> = new Map([
  [alertTableName, alertRows],
  [alertRuleTableName, alertRuleRows],
  [scheduleTableName, scheduleRows],
  [notificationTableName, notificationRows],
  [summaryTableName, summaryRows],
  [tallyTableName, tallyRows],
  [directoryTableName, directoryTableRows],
  [apiKeyTableName, apiKeyRows],
  [integrationTableName, integrationRows],
  [usedTokenTableName, usedTokenRows],
  [sourceTableName, sourceRows],
])
