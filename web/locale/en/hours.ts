// The English texts of the form of alerting hours. {name} is replaced by a value.

export const hours = {
  title: 'Alerting hours',
  lead: 'When people of the organization work. Rules distinguish by it what happens within and outside of working hours. Hours at which a person is usually active are learnt, and count as working hours of that person.',
  loading: 'Loading the alerting hours',
  notSet: 'Nothing is set yet: until you save, the time zone is UTC, and work is Monday to Friday from 08:00 to 18:00.',
  timeZone: 'Time zone',
  timeZoneHint: 'Begin to type a city or a region, such as Berlin. Changes of clocks are included.',
  working: 'Working hours',
  workingHint:
    'An end at or before the start is on the next day: 22:00 to 06:00 is a night shift, 00:00 an end at midnight.',
  from: '{day}, from',
  to: '{day}, to',
  noWork: 'No work',
  days: {
    Monday: 'Monday',
    Tuesday: 'Tuesday',
    Wednesday: 'Wednesday',
    Thursday: 'Thursday',
    Friday: 'Friday',
    Saturday: 'Saturday',
    Sunday: 'Sunday',
  },
  holidays: 'Holidays',
  holidaysHint: 'One in each line: the date and, if you like, a name. For example: 2026-12-25 Christmas',
  waiting: 'Quiet hours and digests',
  waitingHint:
    'Alerts are raised and listed at once. Messages about those of low levels can wait; high and critical ones never do, nor does anything for Splunk and Datadog.',
  quiet: 'Quiet hours',
  quietFrom: 'Quiet from',
  quietTo: 'Quiet to',
  passLevel: 'Messages come all the same',
  passLevels: {
    low: 'from low on',
    medium: 'from medium on',
    high: 'from high on',
  },
  digest: 'Digest',
  digests: {
    never: 'None: messages come one by one',
    hourly: 'Each full hour',
    daily: 'Once a day',
  },
  digestAt: 'Digest at',
  below: 'For alerts',
  belows: {
    low: 'below low',
    medium: 'below medium',
    high: 'below high',
  },
  effect:
    'Rules that look at hours or weekdays count anew, beginning with past events in the log. Nothing is raised for what happened before. The log says who changed the hours, and an alert does.',
  save: 'Save alerting hours',
  cancel: 'Cancel',
  saved: 'The alerting hours are saved.',
  wrong: {
    timeZone: 'Choose one of the time zones in the list, such as Europe/Berlin.',
    time: 'Write a time.',
    same: 'Quiet hours must end at another time than they begin.',
    holiday: {
      date: 'Line {line} must begin with a date such as 2026-12-25.',
      twice: 'The date in line {line} is there twice.',
      name: 'The name in line {line} is longer than {characters} characters.',
      many: 'There is room for {max} holidays: delete those from line {line} on.',
    },
  },
} as const
