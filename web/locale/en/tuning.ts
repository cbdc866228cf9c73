// The English texts of what incidents say about rules.

export const tuning = {
  title: 'Incidents by rule',
  lead: 'How the incidents of the last 30 days were closed. Rules with many false alarms need a higher threshold or an exception.',
  none: 'There were no incidents in the last 30 days.',
  rule: 'Rule',
  falsePositives: 'False alarms',
  expected: 'Expected',
  truePositives: 'Attacks',
  open: 'Not closed',
  ofRule: 'Incidents of this rule',
  incidents: { one: '{count} incident in the last 30 days:', other: '{count} incidents in the last 30 days:' },
  countFalse: { one: '{count} false alarm', other: '{count} false alarms' },
  countExpected: { one: '{count} expected', other: '{count} expected' },
  countTrue: { one: '{count} attack', other: '{count} attacks' },
  countOpen: { one: '{count} not closed', other: '{count} not closed' },
  exceptions: {
    one: 'Exceptions that would have silenced it, and no attack:',
    other: 'Exceptions that would have silenced most of these {count}, and no attack:',
  },
  exception: { one: 'Events {covered}: {count} incident less', other: 'Events {covered}: {count} incidents less' },
  except: 'Except …',
  exceptOf: 'Except events {covered} …',
} as const
