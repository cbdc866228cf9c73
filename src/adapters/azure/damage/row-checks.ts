// What the repair command knows of each table: whether a row can be read, and what may become of one that cannot.

import { alertTableName } from '../alerts/alert-store.ts'
import { checkAlertRow } from '../alerts/rows.ts'
import { alertRuleTableName, checkAlertRuleRow } from '../alerts/rule-configurations.ts'
import { checkScheduleRow, scheduleTableName } from '../alerts/schedule.ts'
import { kindOf, type RowCheck } from '../damaged-rows.ts'
import { checkDirectoryRow, repairOfDirectory } from '../directory/checks.ts'
import { directoryTableName } from '../directory/directory.ts'
import { checkIntegrationRow, integrationTableName } from '../integrations/integrations.ts'
import { apiKeyTableName, checkApiKeysRow } from '../keys/api-keys.ts'
import { checkNotificationRow, notificationTableName } from '../outbox/outbox.ts'
import { checkSummaryRow, summaryTableName } from '../summary/summaries.ts'

/**
 * Checks of rows, as a query gives them with their types converted, by table. Each throws what `isDamage` recognises for a row that
 * cannot be read.
 */
export const rowChecks: Readonly<Record<string, RowCheck>> = {
  [alertTableName]: checkAlertRow,
  [alertRuleTableName]: checkAlertRuleRow,
  [scheduleTableName]: checkScheduleRow,
  [notificationTableName]: checkNotificationRow,
  [summaryTableName]: checkSummaryRow,
  [directoryTableName]: checkDirectoryRow,
  [apiKeyTableName]: checkApiKeysRow,
  [integrationTableName]: checkIntegrationRow,
}

/**
 * delete: nothing is lost with the row, or nothing that anybody could still read. evaluate: the next evaluation of its organization
 * makes it again from the feed. leave: only people can say what to do.
 */
export type Repair = { readonly kind: 'delete' | 'evaluate' | 'leave'; readonly advice: string }

const unknownKind: Repair = {
  kind: 'leave',
  advice: 'No version writes such a row here. Delete it once you know whose it is.',
}

const alertRepairs: Readonly<Record<string, Repair>> = {
  Progress: { kind: 'evaluate', advice: 'The next evaluation of the organization mends it.' },
  Entry: { kind: 'delete', advice: 'What a rule or a first-seen field remembered is lost: it starts anew.' },
  Due: { kind: 'delete', advice: 'It says when something kept is looked at, and no such row is read.' },
  AlertId: { kind: 'leave', advice: 'It mends itself when the alert is read or changes.' },
  Alert: {
    kind: 'leave',
    advice:
      'The alert comes back when its rule fires for it again. Delete the row, and the one with its AlertId, to give it up.',
  },
}

const outboxRepairs: Readonly<Record<string, Repair>> = {
  Destination: { kind: 'leave', advice: 'The next delivery to the integration mends it.' },
  Waiting: { kind: 'leave', advice: 'It is not sent, and the others are. Delete it to give the notification up.' },
  Failed: {
    kind: 'leave',
    advice: 'It cannot be sent again, and the others can. Delete it to give the notification up.',
  },
  Attempt: { kind: 'delete', advice: 'One line of what was tried is lost.' },
}

/** What to do about a damaged row, by table and then by the row's key; `advice` is for people. */
export const repairs: Readonly<Record<string, (rowKey: string) => Repair>> = {
  [alertTableName]: (rowKey) => alertRepairs[kindOf(rowKey)] ?? unknownKind,
  [alertRuleTableName]: (rowKey) => ({
    kind: 'leave',
    advice: rowKey.startsWith('Rule=')
      ? 'An owner or admin of the organization saves the rule anew (PUT), or deletes it.'
      : 'It holds what the organization set for rules, its mutes, and which rules it wrote: restore it from a backup. Deleted, all of that is lost.',
  }),
  [scheduleTableName]: () => ({
    kind: 'delete',
    advice: 'It says when an organization is evaluated next. In its place, each organization is evaluated once.',
  }),
  [notificationTableName]: (rowKey) => outboxRepairs[kindOf(rowKey)] ?? unknownKind,
  [summaryTableName]: () => ({
    kind: 'evaluate',
    advice: 'The next evaluation of the organization counts its events anew.',
  }),
  [directoryTableName]: repairOfDirectory,
  [apiKeyTableName]: () => ({
    kind: 'leave',
    advice: 'Mend its JSON by hand, or delete the row and make the organization’s API keys anew.',
  }),
  [integrationTableName]: (rowKey) =>
    rowKey.startsWith('Integration=')
      ? { kind: 'leave', advice: 'Delete the integration, and make it anew.' }
      : { kind: 'delete', advice: 'It lists what the other rows hold, and is made of them.' },
}
